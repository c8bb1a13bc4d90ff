package dev.unixsocket.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;

import dev.unixsocket.bench.load.OpenLoop;
import dev.unixsocket.bench.results.Cell;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code bench/run load} found, for people and for programs. */
public final class LoadReport {

    private static final Map<String, Double> PERCENTILES = new LinkedHashMap<>();

    static {
        PERCENTILES.put("p50", 50.0);
        PERCENTILES.put("p90", 90.0);
        PERCENTILES.put("p99", 99.0);
        PERCENTILES.put("p99.9", 99.9);
        PERCENTILES.put("p99.99", 99.99);
    }

    private LoadReport() {}

    /** For a terminal. */
    public static String text(OpenLoop loop, OpenLoop.Outcome outcome) {
        StringBuilder out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%,.0f requests a second wanted for %s over %d connections; %,.0f a second"
                                + " answered, %,d in all%n%n",
                        loop.perSecond(),
                        seconds(loop),
                        loop.connections(),
                        outcome.achievedPerSecond(),
                        outcome.latency().getTotalCount()));
        List<List<String>> rows = new ArrayList<>();
        PERCENTILES.forEach(
                (name, percentile) ->
                        rows.add(
                                row(
                                        name,
                                        outcome.latency().getValueAtPercentile(percentile),
                                        outcome.service().getValueAtPercentile(percentile))));
        rows.add(row("max", outcome.latency().getMaxValue(), outcome.service().getMaxValue()));
        out.append(
                Markdown.table(
                        new Table(
                                "Latency in microseconds",
                                List.of(
                                        "",
                                        "from when it should have been sent",
                                        "from when it was sent"),
                                rows)));
        if (outcome.failed() > 0) {
            out.append(
                    "%,d requests failed, the first: %s%n"
                            .formatted(outcome.failed(), outcome.firstFailure()));
        }
        return out.toString();
    }

    private static String seconds(OpenLoop loop) {
        return String.format(Locale.ROOT, "%.1f s", loop.duration().toNanos() / 1e9);
    }

    private static List<String> row(String name, long latency, long service) {
        return List.of(name, Format.micros(latency), Format.micros(service));
    }

    /** In JSON, histograms compressed in base 64 as HdrHistogram's tools read them. */
    public static void write(OpenLoop loop, OpenLoop.Outcome outcome, Path file)
            throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rate_per_second", loop.perSecond());
        json.put("connections", loop.connections());
        json.put("duration_nanos", loop.duration().toNanos());
        json.put("achieved_per_second", outcome.achievedPerSecond());
        json.put("failed", outcome.failed());
        json.put("latency_nanos", histogram(outcome.latency()));
        json.put("service_nanos", histogram(outcome.service()));
        Files.writeString(
                file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(json) + "\n");
    }

    private static Map<String, Object> histogram(Histogram histogram) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("count", histogram.getTotalCount());
        PERCENTILES.forEach(
                (name, percentile) -> json.put(name, histogram.getValueAtPercentile(percentile)));
        json.put("max", histogram.getMaxValue());
        json.put("histogram", Cell.encode(histogram));
        return json;
    }
}
