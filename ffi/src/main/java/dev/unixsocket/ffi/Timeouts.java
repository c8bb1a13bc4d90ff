package dev.unixsocket.ffi;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a call may wait. One rule holds everywhere: a negative duration is refused, zero is no
 * limit, as {@code SO_RCVTIMEO} has it, and so is one that ends after the clock does, in more than
 * a hundred years. What reaches the kernel is rounded up: no call gives up before its time.
 *
 * <p>Inside a call a limit is a deadline, a point in the time of {@link System#nanoTime}, which
 * signals and wake-ups for nothing leave where it is.
 */
final class Timeouts {

    /** No limit, both as a number of nanoseconds and as a deadline. */
    static final long NONE = 0;

    private static final long MAX_NANOS = Long.MAX_VALUE / 2;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** A {@code struct timeval} counts seconds with 31 bits on some systems. */
    private static final long MAX_MICROS = Integer.MAX_VALUE * 1_000_000L;

    private Timeouts() {}

    /**
     * In nanoseconds.
     *
     * @return {@link #NONE} for zero, and for more than the clock can count
     * @throws IllegalArgumentException if it is negative
     */
    static long nanos(Duration limit) {
        Objects.requireNonNull(limit, "a timeout cannot be null: zero is no limit");
        if (limit.isNegative()) {
            throw new IllegalArgumentException("a timeout cannot be negative: " + limit);
        }
        long seconds = limit.getSeconds();
        return seconds >= MAX_NANOS / 1_000_000_000L
                ? NONE
                : seconds * 1_000_000_000L + limit.getNano();
    }

    /** When a wait of that many nanoseconds that begins now is over. */
    static long deadline(long nanos) {
        if (nanos == NONE) {
            return NONE;
        }
        long deadline = System.nanoTime() + nanos;
        return deadline == NONE ? 1 : deadline;
    }

    /** Nanoseconds that are left until a deadline, 0 or less when it has passed. */
    static long left(long deadline) {
        return deadline == NONE ? Long.MAX_VALUE : deadline - System.nanoTime();
    }

    /** As poll(2) and epoll_wait(2) take it: -1 for no limit. */
    static int millis(long nanos) {
        return nanos == NONE
                ? -1
                : (int) Math.min(Integer.MAX_VALUE, roundedUp(nanos, NANOS_PER_MILLI));
    }

    /** As {@link #millis}, of what is left until a deadline; 0 when it has passed. */
    static int millisLeft(long deadline) {
        if (deadline == NONE) {
            return -1;
        }
        long left = left(deadline);
        return left <= 0 ? 0 : millis(left);
    }

    /** In microseconds, for a {@code struct timeval}, where 0 is no limit too. */
    static long micros(long nanos) {
        return Math.min(MAX_MICROS, roundedUp(nanos, NANOS_PER_MICRO));
    }

    private static long roundedUp(long nanos, long unit) {
        return nanos / unit + (nanos % unit == 0 ? 0 : 1);
    }
}
