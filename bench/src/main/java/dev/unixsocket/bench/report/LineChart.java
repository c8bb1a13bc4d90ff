package dev.unixsocket.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lines over a scale of named positions, with a logarithmic scale of values. */
final class LineChart {

    private static final int WIDTH = 920;
    private static final int PLOT = 320;
    private static final int LEFT = 70;
    private static final int RIGHT = 250;
    private static final int TOP = Svg.HEADING + 10;
    private static final int BOTTOM = 44;
    private static final int LABEL_HEIGHT = 17;

    /** So many points of a line have a mark, about. */
    private static final int MARKS = 6;

    /** A position on the horizontal scale, 0 to 1, and its name. */
    record Tick(double at, String name) {}

    /** A value at a position. */
    record Point(double at, double value) {}

    /**
     * A peer's line.
     *
     * @param peer its name
     * @param marks why it should not be relied on; empty if nothing is known against it
     */
    record Series(String peer, List<Point> points, String marks) {

        private String label() {
            return marks.isEmpty() ? peer : peer + " (" + marks + ")";
        }
    }

    private final String title;
    private final String unit;
    private final String across;
    private final int height;
    private final List<Tick> ticks;
    private final List<Series> series;
    private final double lowest;
    private final double highest;

    /**
     * A chart.
     *
     * @param unit of the values, and which way is better
     * @param across what the positions are
     */
    LineChart(String title, String unit, String across, List<Tick> ticks, List<Series> series) {
        this.title = title;
        this.unit = unit;
        this.across = across;
        this.ticks = ticks;
        this.series = series.stream().filter(line -> !line.points().isEmpty()).toList();
        height = TOP + BOTTOM + Math.max(PLOT, LABEL_HEIGHT * this.series.size());
        double[] values =
                this.series.stream()
                        .flatMap(line -> line.points().stream())
                        .mapToDouble(Point::value)
                        .sorted()
                        .toArray();
        lowest = values.length == 0 ? 1 : values[0] * 0.9;
        highest = values.length == 0 ? 10 : values[values.length - 1] * 1.1;
    }

    String draw() {
        if (series.isEmpty()) {
            return "";
        }
        Svg svg = new Svg(WIDTH, height, title);
        svg.heading(8, title, unit);
        grid(svg);
        series.forEach(line -> draw(svg, line));
        names(svg);
        return svg.toString();
    }

    private void draw(Svg svg, Series line) {
        PeerStyle style = PeerStyle.of(line.peer());
        StringBuilder points = new StringBuilder();
        line.points().forEach(p -> points.append(Svg.point(x(p.at()), y(p.value()))));
        svg.path(points.toString().strip(), "line " + style.classes(), line.label());
        int step = Math.max(1, line.points().size() / MARKS);
        for (int i = 0; i < line.points().size(); i += step) {
            Point point = line.points().get(i);
            svg.mark(x(point.at()), y(point.value()), style, line.label());
        }
    }

    /** Who is who, from above in the order of the lines' ends. */
    private void names(Svg svg) {
        List<Series> ordered = new ArrayList<>(series);
        ordered.sort(Comparator.comparingDouble(line -> y(line.points().getLast().value())));
        for (int i = 0; i < ordered.size(); i++) {
            Series line = ordered.get(i);
            double at = TOP + LABEL_HEIGHT * (i + 0.5);
            double left = WIDTH - RIGHT + 24;
            PeerStyle style = PeerStyle.of(line.peer());
            svg.path(
                    Svg.point(left - 12, at) + Svg.point(left + 12, at),
                    "line " + style.classes(),
                    line.peer());
            svg.mark(left, at, style, line.label());
            svg.text(left + 20, at + 4, "label", line.label());
        }
    }

    private void grid(Svg svg) {
        for (double decade = Math.pow(10, Math.floor(Math.log10(lowest)));
                decade <= highest;
                decade *= 10) {
            for (int step : new int[] {1, 2, 5}) {
                double value = decade * step;
                if (value >= lowest && value <= highest) {
                    svg.line(LEFT, y(value), WIDTH - RIGHT, y(value), "grid");
                    svg.text(
                            LEFT - 8,
                            y(value) + 4,
                            "tick end",
                            Format.number(value).replaceAll("\\.0+$", ""));
                }
            }
        }
        for (Tick tick : ticks) {
            svg.line(x(tick.at()), TOP, x(tick.at()), height - BOTTOM, "grid");
            svg.text(x(tick.at()), height - BOTTOM + 18, "tick middle", tick.name());
        }
        svg.text(LEFT, height - 6, "tick", across);
    }

    private static double x(double at) {
        return LEFT + at * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        double part = Math.log(value / lowest) / Math.log(highest / lowest);
        return height - BOTTOM - part * (height - TOP - BOTTOM);
    }
}
