package dev.unixsocket.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Lines over a scale of named positions, with a logarithmic scale of values. */
final class LineChart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 340;
    private static final int LEFT = 70;
    private static final int RIGHT = 170;
    private static final int TOP = 16;
    private static final int BOTTOM = 40;
    private static final int LABEL_HEIGHT = 15;

    /** A position on the horizontal scale, 0 to 1, and its name. */
    record Tick(double at, String name) {}

    /** A value at a position. */
    record Point(double at, double value) {}

    /** A peer's line. */
    record Series(String peer, List<Point> points) {}

    private record Label(String peer, double x, double y) {}

    private final String title;
    private final String unit;
    private final List<Tick> ticks;
    private final List<Series> series;
    private final double lowest;
    private final double highest;

    LineChart(String title, String unit, List<Tick> ticks, List<Series> series) {
        this.title = title;
        this.unit = unit;
        this.ticks = ticks;
        this.series = series.stream().filter(line -> !line.points().isEmpty()).toList();
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
        Svg svg = new Svg(WIDTH, HEIGHT, title);
        grid(svg);
        List<Label> labels = new ArrayList<>();
        for (Series line : series) {
            StringBuilder points = new StringBuilder();
            line.points().forEach(p -> points.append(Svg.point(x(p.at()), y(p.value()))));
            svg.path(points.toString().strip(), "line " + PeerStyle.of(line.peer()), line.peer());
            Point last = line.points().getLast();
            labels.add(new Label(line.peer(), x(last.at()), y(last.value())));
        }
        labels(svg, labels);
        return svg.toString();
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
            svg.line(x(tick.at()), TOP, x(tick.at()), HEIGHT - BOTTOM, "grid");
            svg.text(x(tick.at()), HEIGHT - BOTTOM + 18, "tick middle", tick.name());
        }
        svg.text(LEFT, HEIGHT - 4, "tick", unit);
    }

    /** Names at the lines' ends, moved apart where they would overlap, with a leader to the end. */
    private void labels(Svg svg, List<Label> labels) {
        labels.sort(java.util.Comparator.comparingDouble(Label::y));
        double[] at = new double[labels.size()];
        for (int i = 0; i < at.length; i++) {
            double above = i == 0 ? TOP : at[i - 1] + LABEL_HEIGHT;
            at[i] = Math.max(labels.get(i).y(), above);
        }
        double limit = HEIGHT - BOTTOM;
        for (int i = at.length - 1; i >= 0 && at[i] > limit; i--) {
            at[i] = limit;
            limit -= LABEL_HEIGHT;
        }
        for (int i = 0; i < at.length; i++) {
            Label label = labels.get(i);
            double end = WIDTH - RIGHT;
            svg.path(
                    Svg.point(label.x() + 2, label.y()) + Svg.point(end + 16, at[i]),
                    "leader " + PeerStyle.of(label.peer()),
                    label.peer());
            svg.text(end + 20, at[i] + 4, "label", label.peer());
        }
    }

    private static double x(double at) {
        return LEFT + at * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        double part = Math.log(value / lowest) / Math.log(highest / lowest);
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
    }
}
