package dev.unixsocket.ffi;

import java.time.Duration;

/** What a {@code struct timeval} can say. */
final class Timeval {

    static final long MICROS_PER_SECOND = 1_000_000;

    private Timeval() {}

    /** The longest timeout, 68 years: one that overflowed would be negative, no wait at all. */
    private static final long MAX_SECONDS = Integer.MAX_VALUE;

    /** In microseconds, rounded up: a short timeout must not become 0, which means "no limit". */
    static long micros(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("a timeout cannot be negative: " + duration);
        }
        long seconds = Math.min(duration.getSeconds(), MAX_SECONDS);
        return seconds * MICROS_PER_SECOND + (duration.getNano() + 999) / 1000;
    }
}
