package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who is faster, by how much and how sure that is, for a terminal: a line for each pair, with the
 * ratio of the first to the second and its 95 % interval.
 */
final class Standings {

    /** Who is compared with whom: alike in how a call waits. */
    private record Pair(String ours, String other) {}

    private static final List<Pair> PAIRS =
            List.of(
                    new Pair("ffm", "c"),
                    new Pair("ffm", "jdk"),
                    new Pair("ffm", "junixsocket"),
                    new Pair("ffm", "netty"),
                    new Pair("ffm", "jnr-unixsocket"),
                    new Pair("ffm", "ffm-tcp"),
                    new Pair("ffm-spin", "c-spin"),
                    new Pair("ffm-virtual", "jdk-virtual"),
                    new Pair("ffm-shm", "c-shm"),
                    new Pair("ffm-shm", "aeron"));

    private static final String FIRST = "RoundTrip";
    private static final int SMALL = 64;

    /** As many as fit on a line of 80 characters. */
    private static final int MOST_COLUMNS = 2;

    private static final String LINE = "%-23s";
    private static final String COLUMN = " %-27s";

    private final Results results;
    private final String benchmark;
    private final int payload;
    private final List<String> placements;

    private Standings(Results results, String benchmark) {
        this.results = results;
        this.benchmark = benchmark;
        List<Integer> payloads = results.payloads(benchmark);
        payload = payloads.contains(SMALL) ? SMALL : payloads.getFirst();
        List<String> all = results.placements(benchmark);
        placements = all.subList(0, Math.min(all.size(), MOST_COLUMNS));
    }

    /** The lines; none where the project was not measured beside others. */
    static List<String> of(Results results) {
        List<String> benchmarks = new ArrayList<>(results.benchmarks());
        if (benchmarks.remove(FIRST)) {
            benchmarks.addFirst(FIRST);
        }
        return benchmarks.stream()
                .map(benchmark -> new Standings(results, benchmark).lines())
                .filter(lines -> !lines.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private Scenario scenario(String placement) {
        return Scenario.of(benchmark, payload, placement);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Pair pair : PAIRS) {
            if (placements.stream().anyMatch(place -> ratio(place, pair).isPresent())) {
                lines.add(
                        row(
                                pair.ours() + "/" + pair.other(),
                                placements.stream().map(place -> cell(place, pair)).toList()));
            }
        }
        if (!lines.isEmpty()) {
            boolean below = Ratio.isBetterBelow(Ratio.mainMetric(benchmark));
            lines.addFirst(row(below ? "below 1: faster" : "above 1: faster", placements));
            lines.addFirst(title());
            lines.add(row("(noise floor)", placements.stream().map(this::noiseFloor).toList()));
        }
        return lines;
    }

    private String title() {
        String what =
                switch (Ratio.mainMetric(benchmark)) {
                    case Ratio.BYTES_PER_SECOND -> "bytes per second";
                    case Ratio.EXCHANGES_PER_SECOND -> "exchanges per second";
                    default -> "median latencies";
                };
        return "%s, %s: ratio of %s with its 95 %% interval"
                .formatted(benchmark, Format.size(payload), what);
    }

    private static String row(String first, List<String> cells) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, LINE, first));
        cells.forEach(cell -> row.append(String.format(Locale.ROOT, COLUMN, cell)));
        return row.toString().stripTrailing();
    }

    private Optional<Ratio> ratio(String placement, Pair pair) {
        String metric = Ratio.mainMetric(benchmark);
        return results.ratio(scenario(placement), pair.ours(), pair.other(), metric);
    }

    private String cell(String placement, Pair pair) {
        return ratio(placement, pair)
                .map(
                        ratio ->
                                Format.interval(ratio.median(), ratio.low(), ratio.high())
                                        + " "
                                        + word(ratio, noise(placement)))
                .orElse("–");
    }

    private String noiseFloor(String placement) {
        return results.noise(scenario(placement))
                .map(noise -> "±" + Noise.percent(noise.reach()))
                .orElse("–");
    }

    private double noise(String placement) {
        return results.noise(scenario(placement)).map(Ratio::reach).orElse(0.0);
    }

    /** What the whole interval says, if it says more than the noise of the machine. */
    private static String word(Ratio ratio, double noise) {
        if (ratio.marks().contains(Cell.UNSTEADY)) {
            return "unsure";
        }
        boolean less = ratio.high() < 1 && ratio.median() < 1 - noise;
        boolean more = ratio.low() > 1 && ratio.median() > 1 + noise;
        if (!less && !more) {
            return "even";
        }
        return less == Ratio.isBetterBelow(ratio.metric()) ? "faster" : "slower";
    }
}
