package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The line charts of the report. */
final class Charts {

    private static final int NINES = 4;
    private static final int POINTS_PER_NINE = 10;
    private static final double MIB = 1024 * 1024;

    private Charts() {}

    /** Latency over percentiles, each nine as wide as the one before. */
    static String percentiles(Results results, Scenario scenario) {
        List<LineChart.Tick> ticks = new ArrayList<>();
        String[] names = {"0 %", "90 %", "99 %", "99.9 %", "99.99 %"};
        for (int i = 0; i <= NINES; i++) {
            ticks.add(new LineChart.Tick((double) i / NINES, names[i]));
        }
        ticks.add(new LineChart.Tick(position(50), "50 %"));
        List<LineChart.Series> series = new ArrayList<>();
        for (String peer : results.peers().keySet()) {
            results.cell(scenario, peer)
                    .filter(cell -> !cell.histogram().isEmpty())
                    .ifPresent(cell -> series.add(curve(cell)));
        }
        return new LineChart(
                        Format.title(scenario) + ": latency by percentile",
                        "microseconds, logarithmic; less is better",
                        "percentile, as far as ten samples lie beyond it",
                        ticks,
                        series)
                .draw();
    }

    private static LineChart.Series curve(Cell cell) {
        Histogram histogram = cell.decodedHistogram();
        List<LineChart.Point> points = new ArrayList<>();
        for (int i = 0; i <= NINES * POINTS_PER_NINE; i++) {
            double nines = (double) i / POINTS_PER_NINE;
            double percentile = 100 * (1 - Math.pow(10, -nines));
            // As in tables: with fewer samples beyond it, a percentile is one of chance.
            if (!Tables.isOfFew(histogram, percentile)) {
                points.add(
                        new LineChart.Point(
                                nines / NINES,
                                histogram.getValueAtPercentile(percentile) / 1000.0));
            }
        }
        return new LineChart.Series(cell.peer(), points, Format.marks(cell.marks()));
    }

    private static double position(double percentile) {
        return -Math.log10(1 - percentile / 100) / NINES;
    }

    /** Bytes per second over the size of the messages or writes. */
    static String throughput(Results results, String benchmark, String placement) {
        List<Integer> payloads = results.payloads(benchmark);
        if (payloads.size() < 2) {
            return "";
        }
        List<LineChart.Tick> ticks = new ArrayList<>();
        for (int payload : payloads) {
            ticks.add(new LineChart.Tick(scale(payload, payloads), Format.size(payload)));
        }
        List<LineChart.Series> series = new ArrayList<>();
        for (String peer : results.peers().keySet()) {
            List<LineChart.Point> points = new ArrayList<>();
            for (int payload : payloads) {
                Optional<Cell> cell =
                        results.cell(Scenario.of(benchmark, payload, placement), peer);
                cell.filter(found -> !found.rounds().isEmpty())
                        .ifPresent(
                                found ->
                                        points.add(
                                                new LineChart.Point(
                                                        scale(payload, payloads),
                                                        found.bytesPerSecond() / MIB)));
            }
            series.add(
                    new LineChart.Series(peer, points, marks(results, benchmark, placement, peer)));
        }
        return new LineChart(
                        "%s, %s: throughput by size".formatted(benchmark, placement),
                        "MiB per second, logarithmic; more is better",
                        "size of a message or write",
                        ticks,
                        series)
                .draw();
    }

    /** All marks of a peer, of whatever size. */
    private static String marks(Results results, String benchmark, String placement, String peer) {
        return Format.marks(
                results.cells().stream()
                        .filter(cell -> cell.benchmark().equals(benchmark))
                        .filter(cell -> cell.placement().equals(placement))
                        .filter(cell -> cell.peer().equals(peer))
                        .flatMap(cell -> cell.marks().stream())
                        .distinct()
                        .toList());
    }

    private static double scale(int payload, List<Integer> payloads) {
        double first = Math.log(payloads.getFirst());
        return (Math.log(payload) - first) / (Math.log(payloads.getLast()) - first);
    }
}
