package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;
import dev.unixsocket.bench.results.Standing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What this project requires of itself, beside what was measured. */
final class Requirements {

    private static final String ONE_CORE = Placement.ONE_CORE.label();
    private static final String TWO_CORES = Placement.TWO_CORES.label();
    private static final int SMALL = 64;
    private static final int MANY = 1000;
    private static final int MOST = 10_000;
    private static final Scenario ROUND_TRIP = Scenario.of("RoundTrip", SMALL, ONE_CORE);
    private static final Scenario THROUGHPUT = Scenario.of("Throughput", 64 * 1024, ONE_CORE);

    private final Results results;
    private final List<Claim> required = new ArrayList<>();

    private Requirements(Results results) {
        this.results = results;
    }

    /** Every limit, also those of what was not measured. */
    static List<Claim> of(Results results) {
        Requirements requirements = new Requirements(results);
        requirements.add();
        return requirements.required;
    }

    private void add() {
        latency("c", 1.02, Claim.Limit.AT_MOST);
        results.payloads("ConnectPerRequest").stream()
                .findFirst()
                .map(payload -> Scenario.of("ConnectPerRequest", payload, ONE_CORE))
                .ifPresent(
                        scenario ->
                                require(
                                        "Connection per request, latency",
                                        scenario,
                                        "ffm",
                                        "c",
                                        Ratio.LATENCY_P50,
                                        Claim.Limit.AT_MOST,
                                        1.10));
        for (String other : List.of("jdk", "junixsocket", "netty", "jnr-unixsocket")) {
            latency(other, 1.00, Claim.Limit.BELOW);
        }
        latency("ffm-tcp", 0.70, Claim.Limit.AT_MOST);
        require(
                "Throughput with writes of 64 KiB, bytes per second",
                THROUGHPUT,
                "ffm",
                "c",
                Ratio.BYTES_PER_SECOND,
                Claim.Limit.AT_LEAST,
                0.97);
        waiting("ffm-spin", "c", Placement.TWO_CORES, 0.15);
        waiting("ffm-spin", "c-spin", Placement.TWO_CORES, 1.05);
        waiting("ffm-adaptive", "ffm", Placement.ONE_CORE, 1.05);
        waiting("ffm-virtual", "jdk-virtual", Placement.ONE_CORE, 1.00);
        waiting("ffm-virtual", "jdk-virtual", Placement.TWO_CORES, 1.00);
        sharedMemory();
        manyConnections();
    }

    private void sharedMemory() {
        waiting("ffm-shm", "c", Placement.TWO_CORES, 0.02);
        waiting("ffm-shm-adaptive", "ffm", Placement.ONE_CORE, 1.05);
        for (int bytes : List.of(SMALL, 4 * 1024)) {
            apart(bytes, "c-shm", 1.10);
            apart(bytes, "aeron", 1.00);
        }
        bytesPerSecond("Messages of 64 B one way, bytes per second", SMALL, "aeron", 1.00);
        bytesPerSecond("Messages of 1 MiB one way, bytes per second", 1 << 20, "ffm", 2.00);
    }

    /** Shared memory, client and server on a core each: a round trip. */
    private void apart(int bytes, String base, double limit) {
        require(
                "Round trip of %s, latency".formatted(Sizes.text(bytes)),
                Scenario.of("RoundTrip", bytes, TWO_CORES),
                "ffm-shm",
                base,
                Ratio.LATENCY_P50,
                Claim.Limit.AT_MOST,
                limit);
    }

    /** Shared memory, client and server on a core each: in one direction. */
    private void bytesPerSecond(String text, int bytes, String base, double limit) {
        require(
                text,
                Scenario.of("Throughput", bytes, TWO_CORES),
                "ffm-shm",
                base,
                Ratio.BYTES_PER_SECOND,
                Claim.Limit.AT_LEAST,
                limit);
    }

    private void manyConnections() {
        String apart = results.placements("Connections").stream().findFirst().orElse(TWO_CORES);
        require(
                "1,000 connections, exchanges per second",
                new Scenario("Connections", SMALL, MANY, apart),
                "ffm-virtual",
                "jdk-virtual",
                Ratio.EXCHANGES_PER_SECOND,
                Claim.Limit.AT_LEAST,
                1.10);
        Scenario most = new Scenario("Connections", SMALL, MOST, apart);
        Optional<Double> ours = residentBytes(most, "ffm-virtual");
        Optional<Double> threads = residentBytes(most, "ffm");
        require(
                "10,000 connections, resident memory of one",
                "ffm-virtual against ffm",
                most,
                ours.flatMap(bytes -> threads.map(all -> bytes / all)),
                0.20);
        require(
                "10,000 idle connections, cores in use",
                "ffm-adaptive",
                most,
                results.cell(most, "ffm-adaptive").flatMap(Cell::standing).map(Standing::idleCores),
                0.01);
        require(
                "One busy connection among 10,000, latency to that of one alone",
                new Scenario("OneBusy", SMALL, MOST, ONE_CORE),
                "ffm-virtual",
                "ffm-virtual",
                Ratio.LATENCY_TO_ALONE,
                Claim.Limit.AT_MOST,
                1.10);
    }

    private Optional<Double> residentBytes(Scenario scenario, String peer) {
        return results.cell(scenario, peer)
                .flatMap(Cell::standing)
                .map(Standing::residentBytes)
                .filter(bytes -> bytes > 0);
    }

    /** A number without an interval, that is to be at most the limit. */
    private void require(
            String text, String who, Scenario scenario, Optional<Double> shown, double limit) {
        required.add(
                new Claim(
                        text,
                        limit,
                        Claim.Limit.AT_MOST,
                        who,
                        scenario.placement(),
                        shown.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                        shown.orElse(0.0),
                        shown.orElse(0.0),
                        "",
                        List.of()));
    }

    /** How a call waits, by a round trip of 64 B. */
    private void waiting(String peer, String base, Placement placement, double limit) {
        require(
                "Round trip of 64 B, latency",
                Scenario.of("RoundTrip", SMALL, placement.label()),
                peer,
                base,
                Ratio.LATENCY_P50,
                Claim.Limit.AT_MOST,
                limit);
    }

    private void latency(String base, double limit, Claim.Limit how) {
        require(
                "Round trip of 64 B, latency",
                ROUND_TRIP,
                "ffm",
                base,
                Ratio.LATENCY_P50,
                how,
                limit);
    }

    private void require(
            String text,
            Scenario scenario,
            String peer,
            String base,
            String metric,
            Claim.Limit how,
            double limit) {
        Optional<Ratio> ratio = results.ratio(scenario, peer, base, metric);
        required.add(
                new Claim(
                        text,
                        limit,
                        how,
                        peer.equals(base) ? peer : peer + " against " + base,
                        scenario.placement(),
                        ratio.map(Ratio::median)
                                .map(OptionalDouble::of)
                                .orElse(OptionalDouble.empty()),
                        ratio.map(Ratio::low).orElse(0.0),
                        ratio.map(Ratio::high).orElse(0.0),
                        "",
                        ratio.map(Ratio::marks).orElse(List.of())));
    }
}
