package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.RatePoint;
import dev.unixsocket.bench.results.Results;

import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Rate against latency: the tables and charts of the open loop. */
final class RateTables {

    static final String OPEN_LOOP = "OpenLoop";

    private static final String TOO_MUCH = "too much";

    private RateTables() {}

    /** A row for each peer and a column for each rate, of each percentile; then what is hidden. */
    static List<Table> all(Results results) {
        return List.of(
                table(results, "Median latency from when a request was due, µs", p -> due(p, 50)),
                table(
                        results,
                        "99th percentile of the latency from when a request was due, µs",
                        p -> due(p, 99)),
                table(
                        results,
                        "The same from when it was sent: what a closed loop would have shown, µs",
                        p -> percentile(p.service(), 99)),
                table(
                        results,
                        "Answers per second",
                        p -> Format.number(p.answered()) + (p.kept() ? "" : " " + TOO_MUCH)));
    }

    private static String due(RatePoint point, double percentile) {
        return percentile(point.latency(), percentile) + (point.kept() ? "" : " " + TOO_MUCH);
    }

    private static String percentile(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0
                ? "–"
                : Format.micros(histogram.getValueAtPercentile(percentile))
                        + (Tables.isOfFew(histogram, percentile) ? "?" : "");
    }

    private static Table table(Results results, String title, Function<RatePoint, String> value) {
        List<Integer> rates = rates(results);
        List<String> headers = new ArrayList<>(List.of("peer, requests per second"));
        rates.forEach(rate -> headers.add(String.format(Locale.ROOT, "%,d", rate)));
        headers.add("marks");
        List<List<String>> rows = new ArrayList<>();
        for (String peer : peers(results)) {
            List<RatePoint> points = points(results, peer);
            List<String> row = new ArrayList<>(List.of(peer));
            for (int rate : rates) {
                row.add(
                        points.stream()
                                .filter(point -> point.wanted() == rate)
                                .findFirst()
                                .map(value)
                                .orElse("–"));
            }
            row.add(marks(points));
            rows.add(row);
        }
        return new Table(title, headers, rows);
    }

    private static List<Integer> rates(Results results) {
        return results.rates().stream().map(RatePoint::wanted).distinct().sorted().toList();
    }

    private static List<String> peers(Results results) {
        return results.rates().stream().map(RatePoint::peer).distinct().toList();
    }

    private static List<RatePoint> points(Results results, String peer) {
        return results.rates().stream().filter(point -> point.peer().equals(peer)).toList();
    }

    static String marks(List<RatePoint> points) {
        return points.stream()
                .flatMap(point -> point.failure().stream())
                .findFirst()
                .map(reason -> "failed: " + reason)
                .orElse(
                        Format.marks(
                                points.stream()
                                        .flatMap(point -> point.marks().stream())
                                        .distinct()
                                        .toList()));
    }

    /** A percentile of the latency over the rate, both logarithmic; empty without two rates. */
    static String chart(Results results, double percentile) {
        List<Integer> rates = rates(results);
        if (rates.size() < 2) {
            return "";
        }
        List<LineChart.Tick> ticks = new ArrayList<>();
        rates.forEach(
                rate ->
                        ticks.add(
                                new LineChart.Tick(
                                        at(rate, rates), String.format(Locale.ROOT, "%,d", rate))));
        List<LineChart.Series> series = new ArrayList<>();
        for (String peer : peers(results)) {
            List<RatePoint> points = points(results, peer);
            series.add(
                    new LineChart.Series(
                            peer,
                            points.stream()
                                    .filter(point -> point.latency().getTotalCount() > 0)
                                    .map(point -> point(point, percentile, rates))
                                    .toList(),
                            marks(points)));
        }
        String name = percentile == 50 ? "median" : "%.0fth percentile".formatted(percentile);
        return new LineChart(
                        "Rate against latency, open loop: %s of the latency".formatted(name),
                        "microseconds from when a request was due, logarithmic; less is better",
                        "requests per second, logarithmic; a line ends at the first rate that the"
                                + " peer does not keep up with",
                        ticks,
                        series)
                .draw();
    }

    private static LineChart.Point point(RatePoint of, double percentile, List<Integer> rates) {
        double micros = of.latency().getValueAtPercentile(percentile) / 1000.0;
        return new LineChart.Point(at(of.wanted(), rates), micros);
    }

    private static double at(int rate, List<Integer> rates) {
        double first = Math.log(rates.getFirst());
        return (Math.log(rate) - first) / (Math.log(rates.getLast()) - first);
    }
}
