package dev.unixsocket.ffi;

import java.time.Duration;

/** What a {@code struct timeval} can say. */
final class Timeval {

    static final long MICROS_PER_SECOND = 1_000_000;

    private Timeval() {}

    /** In microseconds, rounded up: a short timeout must not become 0, which means "no limit". */
    static long micros(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("a timeout cannot be negative: " + duration);
        }
        return duration.getSeconds() * MICROS_PER_SECOND + (duration.getNano() + 999) / 1000;
    }
}
