package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What this project requires of itself, beside what was measured. */
final class Requirements {

    private static final String ONE_CORE = Placement.ONE_CORE.label();
    private static final Scenario ROUND_TRIP = Scenario.of("RoundTrip", 64, ONE_CORE);
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
        latency("c", 1.05, Claim.Limit.AT_MOST);
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
                        peer + " against " + base,
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
