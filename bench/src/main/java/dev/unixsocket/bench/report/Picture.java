package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Charts that stand alone, for a page that shows images. */
final class Picture {

    private static final String BENCHMARK = "RoundTrip";
    private static final int SMALL = 64;
    private static final double MEDIAN = 50;
    private static final String TWO_CORES = "two-cores";

    private Picture() {}

    /** Writes those that the results have figures for; the others in the folder stay. */
    static void write(Results results, Path folder) throws IOException {
        for (Map.Entry<String, String> picture : all(results).entrySet()) {
            if (!picture.getValue().isEmpty()) {
                Files.writeString(folder.resolve(picture.getKey()), alone(picture.getValue()));
            }
        }
    }

    /** By the names of their files; empty where nothing was measured. */
    private static Map<String, String> all(Results results) {
        Map<String, String> pictures = new LinkedHashMap<>();
        pictures.put("connections.svg", SweepCharts.rate(results));
        pictures.put("rates.svg", RateTables.chart(results, MEDIAN));
        List<Integer> payloads = results.payloads(BENCHMARK);
        if (!payloads.isEmpty()) {
            int payload = payloads.contains(SMALL) ? SMALL : payloads.getFirst();
            String first = results.placements(BENCHMARK).getFirst();
            Scenario together = Scenario.of(BENCHMARK, payload, first);
            Scenario apart = Scenario.of(BENCHMARK, payload, TWO_CORES);
            pictures.put("latency.svg", RatioChart.draw(results, together));
            pictures.put("latency-two-cores.svg", RatioChart.draw(results, apart));
            pictures.put("cost.svg", RatioChart.draw(results, apart, Ratio.PROCESSOR_TIME));
        }
        return pictures;
    }

    /** With what makes it dark on a dark page. */
    private static String alone(String chart) {
        int afterTitle = chart.indexOf("</title>") + "</title>".length();
        return chart.substring(0, afterTitle)
                + "\n<style>\n"
                + Colour.ofDarkCharts()
                + "</style>"
                + chart.substring(afterTitle);
    }
}
