package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Bars of the ratios to the base, with their intervals. Where one bar would dwarf the others the
 * axis ends before it, and the bar is broken.
 */
final class RatioChart {

    private static final int WIDTH = 940;
    private static final int LABELS = 205;
    private static final int NUMBERS = 270;
    private static final int ROW = 24;
    private static final int TOP = Svg.HEADING + 26;
    private static final double MARGIN = 1.05;
    private static final double LEAST = 1.2;

    /** A bar that is longer than so many times the middle one is broken. */
    private static final double DWARFS = 2.5;

    private static final double[] STEPS = {0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20};
    private static final int MOST_GRID_LINES = 8;

    private final Svg svg;
    private final List<Ratio> ratios;
    private final double largest;
    private final int height;

    private RatioChart(String title, String unit, List<Ratio> ratios) {
        this.ratios = ratios;
        largest = largest(ratios) * MARGIN;
        height = TOP + ROW * ratios.size() + 4;
        svg = new Svg(WIDTH, height, title);
        svg.heading(8, title, unit);
    }

    /** The bars of a scenario in its main metric; empty if nothing can be compared. */
    static String draw(Results results, Scenario scenario) {
        return draw(results, scenario, Ratio.mainMetric(scenario.benchmark()));
    }

    /** The same in another metric. */
    static String draw(Results results, Scenario scenario, String metric) {
        String base = Tables.base(results, scenario.benchmark());
        List<Ratio> ratios = new ArrayList<>();
        for (String peer : results.peers().keySet()) {
            results.ratio(scenario, peer, base, metric)
                    .or(() -> results.cell(scenario, peer).map(_ -> one(scenario, peer, metric)))
                    .filter(ratio -> ratio.base().equals(base))
                    .ifPresent(ratios::add);
        }
        boolean compared = ratios.stream().anyMatch(ratio -> !ratio.peer().equals(base));
        return compared ? of(scenario, base, metric, ratios).draw() : "";
    }

    /** What a base is to itself, where it was measured once. */
    private static Ratio one(Scenario scenario, String peer, String metric) {
        return new Ratio(scenario, peer, peer, metric, 1, 1, 1, List.of());
    }

    private static RatioChart of(
            Scenario scenario, String base, String metric, List<Ratio> ratios) {
        String what =
                switch (metric) {
                    case Ratio.BYTES_PER_SECOND -> "bytes per second";
                    case Ratio.EXCHANGES_PER_SECOND -> "exchanges per second";
                    case Ratio.PROCESSOR_TIME -> "processor time of both processes";
                    default -> "median latency";
                };
        return new RatioChart(
                "%s: %s relative to %s".formatted(Format.title(scenario), what, base),
                "ratio to %s, with 95 %% intervals; %s is better"
                        .formatted(base, Ratio.isBetterBelow(metric) ? "less" : "more"),
                ratios);
    }

    /** The end of the axis: that of the longest bar, unless it dwarfs the others. */
    private static double largest(List<Ratio> ratios) {
        double[] medians = ratios.stream().mapToDouble(Ratio::median).sorted().toArray();
        double most = Math.max(LEAST, DWARFS * medians[medians.length / 2]);
        double longest = ratios.stream().mapToDouble(Ratio::median).max().orElse(1);
        double reach = ratios.stream().mapToDouble(Ratio::high).max().orElse(1);
        return longest > most ? most : Math.clamp(reach, LEAST, Math.max(LEAST, most));
    }

    private String draw() {
        grid();
        for (int i = 0; i < ratios.size(); i++) {
            bar(ratios.get(i), TOP + ROW * i + ROW / 2.0);
        }
        svg.line(x(1), TOP - 4, x(1), height, Svg.Pen.ONE);
        return svg.toString();
    }

    private void grid() {
        double step = STEPS[STEPS.length - 1];
        for (int i = STEPS.length - 1; i >= 0 && largest / STEPS[i] <= MOST_GRID_LINES; i--) {
            step = STEPS[i];
        }
        for (int i = 0; i * step < largest; i++) {
            double at = i * step;
            svg.line(x(at), TOP - 4, x(at), height, Svg.Pen.GRID);
            String text = String.format(Locale.ROOT, "%.2f", at).replaceAll("\\.?0+$", "");
            svg.text(x(at), TOP - 10, Svg.Font.TICK_MIDDLE, text);
        }
    }

    private void bar(Ratio ratio, double y) {
        PeerStyle style = PeerStyle.of(ratio.peer());
        svg.text(LABELS - 26, y + 4, Svg.Font.LABEL_END, ratio.peer());
        svg.mark(LABELS - 14, y, style, ratio.peer());
        svg.line(x(0), y, x(ratio.median()), y, Svg.Pen.bar(style));
        svg.line(x(ratio.low()), y, x(ratio.high()), y, Svg.Pen.INTERVAL);
        for (double end : new double[] {ratio.low(), ratio.high()}) {
            if (end < largest) {
                svg.line(x(end), y - 5, x(end), y + 5, Svg.Pen.INTERVAL);
            }
        }
        if (ratio.median() > largest) {
            for (int from : new int[] {-26, -20}) {
                svg.line(x(largest) + from, y + 9, x(largest) + from + 6, y - 9, Svg.Pen.BREAK);
            }
        }
        String marks = ratio.marks().isEmpty() ? "" : " (" + Format.marks(ratio.marks()) + ")";
        svg.text(
                WIDTH - NUMBERS + 12,
                y + 4,
                Svg.Font.LABEL,
                String.format(Locale.ROOT, "%.3f", ratio.median()) + marks);
    }

    private double x(double ratio) {
        return LABELS + Math.min(ratio, largest) / largest * (WIDTH - LABELS - NUMBERS);
    }
}
