package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables of the report. */
final class Tables {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

    /** With fewer samples beyond it a percentile is flagged. */
    private static final int FEWEST_BEYOND = 10;

    private Tables() {}

    /** The numbers that the project sets itself. */
    static Table required(Results results) {
        List<List<String>> rows = new ArrayList<>();
        for (Claim claim : results.required()) {
            String limit =
                    claim.limit().sign() + String.format(Locale.ROOT, "%.2f", claim.claimed());
            String shown = shownInVerdict(claim);
            String where = claim.placement();
            String verdict = claim.verdict().word();
            String marks = Format.marks(claim.marks());
            rows.add(List.of(claim.text(), claim.subject(), where, limit, shown, verdict, marks));
        }
        return new Table(
                "What the numbers must show: medians of the ratio and their 95 % intervals",
                List.of("what", "who", "where", "limit", "here", "verdict", "marks"), rows);
    }

    /** No number of a peer that did not warm up: it would be that of the interpreter. */
    static String shownInVerdict(Claim claim) {
        if (claim.shown().isEmpty()) {
            return "not measured";
        }
        return claim.marks().contains(Cell.UNSTEADY)
                ? "not warmed up"
                : Format.interval(claim.shown().getAsDouble(), claim.low(), claim.high());
    }

    /** What is said of AF_UNIX against TCP loopback: a row for who was asked. */
    static Table claims(Results results) {
        List<String> placements =
                results.claims().stream().map(Claim::placement).distinct().toList();
        Map<String, List<Claim>> bySubject =
                results.claims().stream()
                        .collect(
                                Collectors.groupingBy(
                                        claim -> claim.text() + claim.subject(),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        List<List<String>> rows = new ArrayList<>();
        for (List<Claim> claims : bySubject.values()) {
            List<String> row = new ArrayList<>();
            row.add(claims.getFirst().text());
            row.add(claims.getFirst().subject());
            for (String placement : placements) {
                row.add(
                        claims.stream()
                                .filter(claim -> claim.placement().equals(placement))
                                .findFirst()
                                .map(Tables::shown)
                                .orElse("–"));
            }
            rows.add(row);
        }
        List<String> headers = new ArrayList<>(List.of("said", "measured"));
        headers.addAll(placements);
        return new Table(
                "What is commonly said of AF_UNIX against TCP loopback, beside this machine",
                headers,
                rows);
    }

    private static String shown(Claim claim) {
        String text =
                Format.percentInterval(claim.shown().orElse(Double.NaN), claim.low(), claim.high());
        String detail = claim.detail().isEmpty() ? "" : ": " + claim.detail();
        String marks = claim.marks().isEmpty() ? "" : " " + Format.marks(claim.marks());
        return text + detail + marks;
    }

    /** One scenario: a row for each peer. */
    static Table cells(Results results, Scenario scenario) {
        String benchmark = scenario.benchmark();
        List<List<String>> rows =
                results.cells(scenario).stream().map(cell -> row(results, cell)).toList();
        List<String> headers = new ArrayList<>();
        headers.add("peer");
        headers.addAll(figures(benchmark));
        headers.add("to " + base(results, benchmark));
        if (isOfProject(results, benchmark)) {
            headers.add(project(benchmark) + " to it");
        }
        headers.addAll(
                benchmark.equals(SweepTables.CONNECTIONS)
                        ? List.of("KiB a connection", "idle %", "heap B")
                        : List.of("heap B, client", "server"));
        headers.add("marks");
        return new Table(Format.title(scenario), headers, rows)
                .noting(Noise.sentence(results, scenario));
    }

    private static List<String> figures(String benchmark) {
        List<String> figures = new ArrayList<>();
        switch (Ratio.mainMetric(benchmark)) {
            case Ratio.BYTES_PER_SECOND -> figures.addAll(List.of("MiB/s", "messages/s"));
            case Ratio.EXCHANGES_PER_SECOND -> figures.add("exchanges/s");
            default -> {}
        }
        if (!isThroughput(benchmark)) {
            figures.addAll(List.of("p50 µs", "p90", "p99", "p99.9", "max"));
        }
        return figures;
    }

    /** The peer that stands for the project: with many connections, the one made for them. */
    private static String project(String benchmark) {
        return benchmark.equals(SweepTables.CONNECTIONS) ? "ffm-virtual" : "ffm";
    }

    /** Whether the project's sockets are one peer of several, and not under all of them. */
    private static boolean isOfProject(Results results, String benchmark) {
        return results.cells().stream()
                .anyMatch(
                        cell ->
                                cell.benchmark().equals(benchmark)
                                        && cell.peer().equals(project(benchmark)));
    }

    private static List<String> row(Results results, Cell cell) {
        List<String> row = new ArrayList<>();
        row.add(cell.peer());
        String metric = Ratio.mainMetric(cell.benchmark());
        boolean measured = !cell.rounds().isEmpty();
        switch (metric) {
            case Ratio.BYTES_PER_SECOND -> {
                row.add(measured ? Format.mibPerSecond(cell.bytesPerSecond()) : "–");
                row.add(measured ? Format.number(cell.messagesPerSecond()) : "–");
            }
            case Ratio.EXCHANGES_PER_SECOND ->
                    row.add(measured ? Format.number(cell.exchangesPerSecond()) : "–");
            default -> {}
        }
        if (!isThroughput(cell.benchmark())) {
            for (double percentile : PERCENTILES) {
                row.add(percentile(cell, percentile));
            }
        }
        row.add(ratio(results, cell, cell.peer(), base(results, cell.benchmark()), metric));
        if (isOfProject(results, cell.benchmark())) {
            row.add(ratio(results, cell, project(cell.benchmark()), cell.peer(), metric));
        }
        if (cell.benchmark().equals(SweepTables.CONNECTIONS)) {
            row.add(SweepTables.memory(cell));
            row.add(SweepTables.idle(cell));
        } else {
            row.add(Format.heap(cell.client().heapBytes()));
        }
        row.add(Format.heap(cell.server().heapBytes()));
        row.add(marks(results, cell));
        return row;
    }

    /** A percentile of the latency in microseconds; 100 is the longest. */
    static String percentile(Cell cell, double percentile) {
        Histogram histogram = cell.decodedHistogram();
        if (histogram.getTotalCount() == 0) {
            return "–";
        }
        return Format.micros(histogram.getValueAtPercentile(percentile))
                + (isOfFew(histogram, percentile) ? "?" : "");
    }

    /** Whether so few samples lie beyond a percentile that another run would show another one. */
    static boolean isOfFew(Histogram histogram, double percentile) {
        return percentile < 100
                && histogram.getTotalCount() * (1 - percentile / 100) < FEWEST_BEYOND;
    }

    /** Why a cell should not be relied on, or why there is none. */
    static String marks(Cell cell) {
        return cell.failure().map(reason -> "failed: " + reason).orElse(Format.marks(cell.marks()));
    }

    /** As {@link #marks(Cell)}, with what is to be said of its ratio to the base, as in charts. */
    private static String marks(Results results, Cell cell) {
        String benchmark = cell.benchmark();
        return results.ratio(
                        cell.scenario(),
                        cell.peer(),
                        base(results, benchmark),
                        Ratio.mainMetric(benchmark))
                .map(ratio -> Format.marks(ratio.marks()))
                .orElse(marks(cell));
    }

    /** The ratio of one peer to another in the scenario of that cell. */
    static String ratio(Results results, Cell cell, String peer, String base, String metric) {
        return results.ratio(cell.scenario(), peer, base, metric)
                .map(Format::ratio)
                .orElse(peer.equals(base) ? "1" : "–");
    }

    private static boolean isThroughput(String benchmark) {
        return Ratio.mainMetric(benchmark).equals(Ratio.BYTES_PER_SECOND);
    }

    /** The first peer of a benchmark is its base. */
    static String base(Results results, String benchmark) {
        return results.cells().stream()
                .filter(cell -> cell.benchmark().equals(benchmark))
                .findFirst()
                .orElseThrow()
                .peer();
    }
}
