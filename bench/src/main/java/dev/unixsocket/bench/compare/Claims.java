package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is said of AF_UNIX, and what this project requires of itself, beside what was measured. */
final class Claims {

    private static final int SMALL = 64;
    private static final int LARGE = 64 * 1024;
    private static final double CLAIMED_LESS_LATENCY = 40;
    private static final double CLAIMED_MORE_TRANSACTIONS = 67;

    private static final String ONE_CORE = Placement.ONE_CORE.label();

    /** AF_UNIX peers and their twins over TCP. */
    private static final Map<String, String> TWINS =
            new java.util.TreeMap<>(Map.of("c", "c-tcp", "ffm", "ffm-tcp", "jdk", "jdk-tcp"));

    private Claims() {}

    /** The common claims for AF_UNIX against TCP loopback, per peer and placement, in percent. */
    static List<Claim> published(Results results) {
        List<Claim> claims = new ArrayList<>();
        for (String placement : results.placements()) {
            TWINS.forEach(
                    (unix, tcp) -> {
                        lessLatency(results, unix, tcp, placement).ifPresent(claims::add);
                        moreTransactions(results, unix, tcp, placement).ifPresent(claims::add);
                    });
        }
        claims.sort(java.util.Comparator.comparing(Claim::claimed));
        return claims;
    }

    private static Optional<Claim> lessLatency(
            Results results, String unix, String tcp, String placement) {
        return results.ratio("RoundTrip", unix, tcp, SMALL, placement, Ratio.LATENCY_P50)
                .map(
                        ratio ->
                                new Claim(
                                        "40 % less latency",
                                        CLAIMED_LESS_LATENCY,
                                        Claim.Limit.NONE,
                                        unix + " against " + tcp + ", round trip of 64 B, p50",
                                        placement,
                                        OptionalDouble.of(percent(1 - ratio.median())),
                                        percent(1 - ratio.high()),
                                        percent(1 - ratio.low()),
                                        "",
                                        ratio.marks()));
    }

    private static Optional<Claim> moreTransactions(
            Results results, String unix, String tcp, String placement) {
        return results.ratio("RoundTrip", tcp, unix, SMALL, placement, Ratio.LATENCY_MEAN)
                .map(
                        ratio ->
                                new Claim(
                                        "67 % more small transactions a second"
                                                + " (79,000 against 47,300)",
                                        CLAIMED_MORE_TRANSACTIONS,
                                        Claim.Limit.NONE,
                                        unix + " against " + tcp + ", round trips of 64 B a second",
                                        placement,
                                        OptionalDouble.of(percent(ratio.median() - 1)),
                                        percent(ratio.low() - 1),
                                        percent(ratio.high() - 1),
                                        perSecond(results, unix, placement)
                                                + " against "
                                                + perSecond(results, tcp, placement),
                                        ratio.marks()));
    }

    private static String perSecond(Results results, String peer, String placement) {
        return results.cell("RoundTrip", peer, SMALL, placement)
                .map(Cell::bytesPerSecond)
                .map(bytes -> String.format(Locale.ROOT, "%,.0f", bytes / SMALL))
                .orElse("–");
    }

    static double percent(double part) {
        return part * 100;
    }

    /** What the project requires of itself: medians, both processes on one core. */
    static List<Claim> required(Results results) {
        List<Claim> required = new ArrayList<>();
        required.add(latency(results, "RoundTrip", "c", 1.05, Claim.Limit.AT_MOST));
        results.payloads("ConnectPerRequest").stream()
                .findFirst()
                .ifPresent(
                        payload ->
                                required.add(
                                        requirement(
                                                results.ratio(
                                                        "ConnectPerRequest",
                                                        "ffm",
                                                        "c",
                                                        payload,
                                                        ONE_CORE,
                                                        Ratio.LATENCY_P50),
                                                "Connection per request, latency",
                                                "ffm against c",
                                                1.10,
                                                Claim.Limit.AT_MOST)));
        for (String other : List.of("jdk", "junixsocket", "netty", "jnr-unixsocket")) {
            required.add(latency(results, "RoundTrip", other, 1.00, Claim.Limit.BELOW));
        }
        required.add(latency(results, "RoundTrip", "ffm-tcp", 0.70, Claim.Limit.AT_MOST));
        required.add(
                requirement(
                        results.ratio(
                                "Throughput", "ffm", "c", LARGE, ONE_CORE, Ratio.BYTES_PER_SECOND),
                        "Throughput with writes of 64 KiB, bytes per second",
                        "ffm against c",
                        0.97,
                        Claim.Limit.AT_LEAST));
        return required;
    }

    private static Claim latency(
            Results results, String benchmark, String base, double limit, Claim.Limit how) {
        return requirement(
                results.ratio(benchmark, "ffm", base, SMALL, ONE_CORE, Ratio.LATENCY_P50),
                "Round trip of 64 B, latency",
                "ffm against " + base,
                limit,
                how);
    }

    private static Claim requirement(
            Optional<Ratio> ratio, String text, String subject, double limit, Claim.Limit how) {
        return new Claim(
                text,
                limit,
                how,
                subject,
                ONE_CORE,
                ratio.map(found -> OptionalDouble.of(found.median()))
                        .orElse(OptionalDouble.empty()),
                ratio.map(Ratio::low).orElse(0.0),
                ratio.map(Ratio::high).orElse(0.0),
                "",
                ratio.map(Ratio::marks).orElse(List.of()));
    }
}
