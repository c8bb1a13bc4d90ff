package dev.unixsocket.services.wire;

import java.time.Duration;

/**
 * The time limit of one whole message, on top of a socket's timeout, which the kernel applies to
 * each call. The socket starts with the whole limit as its timeout; only when a noticeable part of
 * it is gone, and the message is still not whole, is the timeout cut to what is left. A message
 * that comes promptly thus costs no call more than one without a limit.
 *
 * <p>Confined to one thread.
 */
final class Deadline {

    /** What may pass unnoticed, as a part of the limit: 1 s of 60 s. */
    private static final int NOTICEABLE_PART = 60;

    private final long limitNanos;
    private long begun;

    /** A limit; zero is none. */
    Deadline(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    void begin() {
        begun = System.nanoTime();
    }

    /** Whether the socket's timeout has to be cut before the next call. */
    boolean mustTighten() {
        return limitNanos > 0 && System.nanoTime() - begun > limitNanos / NOTICEABLE_PART;
    }

    /** What is left; not positive when the time is over. */
    Duration left() {
        return Duration.ofNanos(begun + limitNanos - System.nanoTime());
    }
}
