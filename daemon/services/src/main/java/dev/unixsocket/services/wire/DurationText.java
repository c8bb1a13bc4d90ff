package dev.unixsocket.services.wire;

import java.time.Duration;

/** Durations for people: {@code 5 s}, {@code 500 ms}, {@code 1.5 s}. Stateless, thread-safe. */
public final class DurationText {

    private static final int MILLIS_PER_SECOND = 1000;

    private DurationText() {}

    /** In seconds where it has one, else in milliseconds, or nanoseconds where it has none. */
    public static String of(Duration duration) {
        if (!duration.isZero() && duration.abs().toMillis() == 0) {
            return duration.toNanos() + " ns";
        }
        long millis = duration.toMillis();
        if (Math.abs(millis) < MILLIS_PER_SECOND && millis != 0) {
            return millis + " ms";
        }
        return millis % MILLIS_PER_SECOND == 0
                ? millis / MILLIS_PER_SECOND + " s"
                : millis / (double) MILLIS_PER_SECOND + " s";
    }
}
