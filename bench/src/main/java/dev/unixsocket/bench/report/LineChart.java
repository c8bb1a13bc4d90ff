package dev.unixsocket.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lines over a scale of named positions, with a logarithmic scale of values. */
final class LineChart {

    private static final int WIDTH = 920;
    private static final int PLOT = 320;
    private static final int LEFT = 70;
    private static final int RIGHT = 290;
    private static final int TOP = Svg.HEADING + 10;
    private static final int BOTTOM = 44;
    private static final int LABEL_HEIGHT = 17;
    private static final int MARKS_HEIGHT = 13;

    /** So many characters of the marks fit on a line. */
    private static final int MARKS_LENGTH = 42;

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

        /** The marks in lines that fit beside the plot. */
        private List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (String word : marks.isEmpty() ? new String[0] : marks.split(" ")) {
                boolean fits =
                        !lines.isEmpty() && lines.getLast().length() + word.length() < MARKS_LENGTH;
                lines.add(fits ? lines.removeLast() + " " + word : word);
            }
            return lines;
        }

        private int labelHeight() {
            return LABEL_HEIGHT + MARKS_HEIGHT * lines().size();
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
        height =
                TOP
                        + BOTTOM
                        + Math.max(PLOT, this.series.stream().mapToInt(Series::labelHeight).sum());
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
        svg.path(points.toString(), Svg.Pen.line(style), line.label());
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
        double left = WIDTH - RIGHT + 24;
        int top = TOP;
        for (Series line : ordered) {
            double at = top + LABEL_HEIGHT / 2.0;
            PeerStyle style = PeerStyle.of(line.peer());
            svg.path(
                    Svg.point(left - 12, at) + Svg.point(left + 12, at),
                    Svg.Pen.line(style),
                    line.peer());
            svg.mark(left, at, style, line.label());
            svg.text(left + 20, at + 4, Svg.Font.LABEL, line.peer());
            double below = at + 4;
            for (String marks : line.lines()) {
                below += MARKS_HEIGHT;
                svg.text(left + 20, below, Svg.Font.TICK, marks);
            }
            top += line.labelHeight();
        }
    }

    private void grid(Svg svg) {
        for (double decade = Math.pow(10, Math.floor(Math.log10(lowest)));
                decade <= highest;
                decade *= 10) {
            for (int step : new int[] {1, 2, 5}) {
                double value = decade * step;
                if (value >= lowest && value <= highest) {
                    svg.line(LEFT, y(value), WIDTH - RIGHT, y(value), Svg.Pen.GRID);
                    svg.text(
                            LEFT - 8,
                            y(value) + 4,
                            Svg.Font.TICK_END,
                            Format.number(value).replaceAll("\\.0+$", ""));
                }
            }
        }
        for (Tick tick : ticks) {
            svg.line(x(tick.at()), TOP, x(tick.at()), height - BOTTOM, Svg.Pen.GRID);
            svg.text(x(tick.at()), height - BOTTOM + 18, Svg.Font.TICK_MIDDLE, tick.name());
        }
        svg.text(LEFT, height - 6, Svg.Font.TICK, across);
    }

    private static double x(double at) {
        return LEFT + at * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        double part = Math.log(value / lowest) / Math.log(highest / lowest);
        return height - BOTTOM - part * (height - TOP - BOTTOM);
    }
}
