package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who is faster, by how much and how sure that is, for a terminal: a line for each other peer. */
final class Standings {

    private static final String PROJECT = "ffm";
    private static final String FIRST = "RoundTrip";
    private static final int SMALL = 64;

    /** As many as fit on a line of 80 characters. */
    private static final int MOST_COLUMNS = 2;

    private static final String LINE = "%-17s";
    private static final String COLUMN = " %-30s";

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
        List<String> others =
                results.cells().stream()
                        .filter(cell -> cell.benchmark().equals(benchmark))
                        .map(Cell::peer)
                        .distinct()
                        .filter(peer -> !isOfProject(peer))
                        .filter(
                                peer ->
                                        placements.stream()
                                                .anyMatch(p -> ratio(p, peer).isPresent()))
                        .toList();
        List<String> lines = new ArrayList<>();
        if (!others.isEmpty()) {
            lines.add(title());
            lines.add(row("ffm against", placements));
            for (String peer : others) {
                lines.add(row(peer, placements.stream().map(p -> cell(p, peer)).toList()));
            }
        }
        return lines;
    }

    /** Its other ways to wait are not its rivals; its twin over TCP is. */
    private static boolean isOfProject(String peer) {
        return peer.contains(PROJECT) && !peer.equals("ffm-tcp");
    }

    private String title() {
        String what =
                switch (Ratio.mainMetric(benchmark)) {
                    case Ratio.BYTES_PER_SECOND -> "bytes per second";
                    case Ratio.EXCHANGES_PER_SECOND -> "exchanges per second";
                    default -> "median latency";
                };
        return "%s, %s: %s of ffm divided by that of each peer [95 %% interval]"
                .formatted(benchmark, Format.size(payload), what);
    }

    private static String row(String first, List<String> cells) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, LINE, first));
        cells.forEach(cell -> row.append(String.format(Locale.ROOT, COLUMN, cell)));
        return row.toString().stripTrailing();
    }

    private Optional<Ratio> ratio(String placement, String peer) {
        String metric = Ratio.mainMetric(benchmark);
        return results.ratio(scenario(placement), PROJECT, peer, metric);
    }

    private String cell(String placement, String peer) {
        return ratio(placement, peer)
                .map(
                        ratio ->
                                Format.interval(ratio.median(), ratio.low(), ratio.high())
                                        + " "
                                        + word(ratio, noise(placement)))
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
