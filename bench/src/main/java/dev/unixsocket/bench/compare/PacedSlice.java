package dev.unixsocket.bench.compare;

import java.util.Arrays;

/**
 * What one client measured in one go at a given rate.
 *
 * @param fromDue how long each exchange took from when it was due, in nanoseconds
 * @param fromBegun the same from when it was begun
 * @param perSecond how many ended in a second
 * @param compilingMillis how long the compilers of both processes worked meanwhile
 */
record PacedSlice(long[] fromDue, long[] fromBegun, double perSecond, long compilingMillis) {

    /** One in so many exchanges at the beginning is not counted: the caches are cold. */
    private static final int COLD_PART = 10;

    /** The median from when one was begun, in nanoseconds. */
    long p50() {
        return Arrays.stream(fromBegun).sorted().toArray()[fromBegun.length / 2];
    }

    /** Of durations in pairs, as a client sends them. */
    static PacedSlice of(long[] pairs, double perSecond, long compilingMillis) {
        int exchanges = pairs.length / 2;
        int cold = exchanges / COLD_PART;
        long[] fromDue = new long[exchanges - cold];
        long[] fromBegun = new long[exchanges - cold];
        for (int i = cold; i < exchanges; i++) {
            fromDue[i - cold] = pairs[2 * i];
            fromBegun[i - cold] = pairs[2 * i + 1];
        }
        return new PacedSlice(fromDue, fromBegun, perSecond, compilingMillis);
    }
}
