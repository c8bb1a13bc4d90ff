package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.List;

/** A chart that stands alone, for a page that shows images. */
final class Picture {

    private static final String BENCHMARK = "RoundTrip";
    private static final int SMALL = 64;

    private Picture() {}

    /** The medians of small round trips relative to the base; empty if they were not measured. */
    static String latency(Results results) {
        List<Integer> payloads = results.payloads(BENCHMARK);
        if (payloads.isEmpty()) {
            return "";
        }
        int payload = payloads.contains(SMALL) ? SMALL : payloads.getFirst();
        String placement = results.placements(BENCHMARK).getFirst();
        String chart = RatioChart.draw(results, Scenario.of(BENCHMARK, payload, placement));
        int afterTitle = chart.indexOf("</title>") + "</title>".length();
        return chart.isEmpty()
                ? ""
                : chart.substring(0, afterTitle)
                        + "\n<style>\n"
                        + StyleSheet.text()
                        + "svg { background: var(--panel); min-width: 0; }\n</style>"
                        + chart.substring(afterTitle);
    }
}
