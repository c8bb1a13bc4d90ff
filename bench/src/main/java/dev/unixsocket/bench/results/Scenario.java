package dev.unixsocket.bench.results;

/**
 * What the peers of one comparison had in common.
 *
 * @param benchmark the benchmark's name, such as {@code RoundTrip}
 * @param payloadBytes bytes of one message
 * @param connections how many connections were open
 * @param placement {@code one-core}, {@code two-cores} or {@code unpinned}
 */
public record Scenario(String benchmark, int payloadBytes, int connections, String placement) {

    /** Whether the number of connections is what the benchmark varies. */
    public boolean variesConnections() {
        return benchmark.equals("Connections") || benchmark.equals("OneBusy");
    }

    /** One connection. */
    public static Scenario of(String benchmark, int payloadBytes, String placement) {
        return new Scenario(benchmark, payloadBytes, 1, placement);
    }
}
