package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Bars of the ratios to the base, with their intervals. */
final class RatioChart {

    private static final int WIDTH = 760;
    private static final int LABELS = 170;
    private static final int NUMBERS = 150;
    private static final int ROW = 24;
    private static final int TOP = 26;
    private static final double MARGIN = 1.05;
    private static final double[] STEPS = {0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20};
    private static final int MOST_GRID_LINES = 8;

    private RatioChart() {}

    static String draw(Results results, Scenario scenario) {
        String benchmark = scenario.benchmark();
        String base = Tables.base(results, benchmark);
        List<Ratio> ratios =
                results.peers().keySet().stream()
                        .map(
                                peer ->
                                        results.ratio(
                                                        scenario,
                                                        peer,
                                                        base,
                                                        Ratio.mainMetric(benchmark))
                                                .orElse(null))
                        .filter(Objects::nonNull)
                        .toList();
        if (ratios.isEmpty()) {
            return "";
        }
        double largest =
                Math.max(1.2, ratios.stream().mapToDouble(Ratio::high).max().orElse(1)) * MARGIN;
        int height = TOP + ROW * ratios.size() + 4;
        Svg svg = new Svg(WIDTH, height, Format.title(scenario) + ": ratio to " + base);
        grid(svg, largest, height);
        for (int i = 0; i < ratios.size(); i++) {
            bar(svg, ratios.get(i), TOP + ROW * i + ROW / 2.0, largest);
        }
        svg.line(x(1, largest), TOP - 4, x(1, largest), height, "one");
        return svg.toString();
    }

    private static void grid(Svg svg, double largest, int height) {
        double step = STEPS[STEPS.length - 1];
        for (int i = STEPS.length - 1; i >= 0 && largest / STEPS[i] <= MOST_GRID_LINES; i--) {
            step = STEPS[i];
        }
        for (double at = 0; at < largest; at += step) {
            svg.line(x(at, largest), TOP - 4, x(at, largest), height, "grid");
            svg.text(
                    x(at, largest),
                    TOP - 10,
                    "tick middle",
                    String.format(Locale.ROOT, "%.4g", at).replaceAll("\\.?0+$", ""));
        }
    }

    private static void bar(Svg svg, Ratio ratio, double y, double largest) {
        String style = PeerStyle.of(ratio.peer());
        svg.text(LABELS - 10, y + 4, "label end", ratio.peer());
        svg.line(x(0, largest), y, x(ratio.median(), largest), y, "bar " + style);
        svg.line(x(ratio.low(), largest), y, x(ratio.high(), largest), y, "interval");
        for (double end : new double[] {ratio.low(), ratio.high()}) {
            svg.line(x(end, largest), y - 5, x(end, largest), y + 5, "interval");
        }
        String marks = ratio.marks().isEmpty() ? "" : " (" + Format.marks(ratio.marks()) + ")";
        svg.text(
                WIDTH - NUMBERS + 12,
                y + 4,
                "number",
                String.format(Locale.ROOT, "%.3f", ratio.median()) + marks);
    }

    private static double x(double ratio, double largest) {
        return LABELS + ratio / largest * (WIDTH - LABELS - NUMBERS);
    }
}
