package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Usage;

import java.util.Arrays;

/**
 * What one client measured in one go.
 *
 * @param nanos the duration of each exchange that counts, in the order they were made
 * @param exchanges all exchanges, those too that do not count
 * @param perSecond how many exchanges ended in a second
 * @param client what the client used for all of them
 * @param server what the server used for all of them
 */
record Slice(long[] nanos, int exchanges, double perSecond, Usage client, Usage server) {

    /** One in so many exchanges at the beginning of a slice is not counted: the caches are cold. */
    private static final int COLD_PART = 10;

    static Slice of(long[] all, double perSecond, Usage client, Usage server) {
        return new Slice(
                Arrays.copyOfRange(all, all.length / COLD_PART, all.length),
                all.length,
                perSecond,
                client,
                server);
    }

    /** The median duration in nanoseconds. */
    double p50() {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }

    /** The mean duration in nanoseconds. */
    double mean() {
        return Arrays.stream(nanos).average().orElseThrow();
    }

    /** How long the compilers of both processes worked meanwhile, in milliseconds. */
    long compilingMillis() {
        return client.compilingMillis() + server.compilingMillis();
    }

    /** Processor time of both processes for one exchange, in nanoseconds. */
    double processorNanos() {
        return (double) (client.processorNanos() + server.processorNanos()) / exchanges;
    }
}
