package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is said of AF_UNIX, beside what was measured. */
final class Claims {

    private static final int SMALL = 64;
    private static final double CLAIMED_LESS_LATENCY = 40;
    private static final double CLAIMED_MORE_TRANSACTIONS = 67;

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

    private static Scenario roundTrip(String placement) {
        return Scenario.of("RoundTrip", SMALL, placement);
    }

    private static Optional<Claim> lessLatency(
            Results results, String unix, String tcp, String placement) {
        return results.ratio(roundTrip(placement), unix, tcp, Ratio.LATENCY_P50)
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
        return results.ratio(roundTrip(placement), tcp, unix, Ratio.LATENCY_MEAN)
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
        return results.cell(roundTrip(placement), peer)
                .map(Cell::exchangesPerSecond)
                .map(rate -> String.format(Locale.ROOT, "%,.0f", rate))
                .orElse("–");
    }

    static double percent(double part) {
        return part * 100;
    }
}
