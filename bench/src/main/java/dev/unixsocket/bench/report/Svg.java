package dev.unixsocket.bench.report;

import java.util.Locale;

/**
 * Writes the few SVG elements that the charts need. Everything is in attributes, for viewers
 * without style sheets; the classes name the colours, for {@link Colour#ofDarkCharts}.
 */
final class Svg {

    /** What {@link #heading} takes at the top. */
    static final int HEADING = 46;

    private static final int HEADING_LINE = 17;

    /** How a line is drawn. */
    record Pen(Colour colour, double width, String more) {

        static final Pen GRID = new Pen(Colour.RULE, 1, "");
        static final Pen ONE = new Pen(Colour.TEXT, 1.2, "stroke-dasharray=\"3 3\"");
        static final Pen INTERVAL = new Pen(Colour.TEXT, 1.4, "");
        static final Pen BREAK = new Pen(Colour.PANEL, 3, "");

        private static final double BAR_WIDTH = 13;
        private static final double LINE_WIDTH = 2;

        /** A peer's bar; paler over TCP. */
        static Pen bar(PeerStyle style) {
            return new Pen(style.colour(), BAR_WIDTH, style.tcp() ? "opacity=\"0.55\"" : "");
        }

        /** A peer's line; dashed over TCP. */
        static Pen line(PeerStyle style) {
            return new Pen(
                    style.colour(),
                    LINE_WIDTH,
                    "stroke-linejoin=\"round\"" + (style.tcp() ? " stroke-dasharray=\"7 4\"" : ""));
        }

        private String attributes() {
            return "stroke-width=\"%s\" %s %s".formatted(width, stroke(colour), more).strip();
        }
    }

    /** How text is set: its size, its colour, and where it is held. */
    enum Font {
        LABEL(12, Colour.TEXT, "start"),
        LABEL_END(12, Colour.TEXT, "end"),
        TICK(11, Colour.MUTED, "start"),
        TICK_MIDDLE(11, Colour.MUTED, "middle"),
        TICK_END(11, Colour.MUTED, "end"),
        HEADING(14, Colour.TEXT, "start");

        private final String attributes;

        Font(int size, Colour colour, String anchor) {
            attributes =
                    "font-size=\"%d\" text-anchor=\"%s\" %s%s"
                            .formatted(
                                    size,
                                    anchor,
                                    fill(colour),
                                    size > 12 ? " font-weight=\"600\"" : "");
        }
    }

    private final StringBuilder out = new StringBuilder();

    Svg(int width, int height, String title) {
        format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                        + " viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\""
                        + " font-family=\"system-ui, 'DejaVu Sans', sans-serif\">%n",
                width, height, width, height, escape(title));
        format("<title>%s</title>%n", escape(title));
        format("<rect width=\"%d\" height=\"%d\" %s/>%n", width, height, fill(Colour.PANEL));
    }

    private static String fill(Colour colour) {
        return "fill=\"%s\" class=\"fill-%s\"".formatted(colour.light(), colour.css());
    }

    private static String stroke(Colour colour) {
        return "stroke=\"%s\" class=\"stroke-%s\"".formatted(colour.light(), colour.css());
    }

    void line(double x1, double y1, double x2, double y2, Pen pen) {
        format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>%n",
                x1, y1, x2, y2, pen.attributes());
    }

    /** A peer's mark, with a tooltip; hollow over TCP. */
    void mark(double x, double y, PeerStyle style, String tooltip) {
        Colour inside = style.tcp() ? Colour.PANEL : style.colour();
        format(
                "<path d=\"%s\" transform=\"translate(%.1f,%.1f)\" stroke-width=\"1.4\""
                        + " stroke=\"%s\" fill=\"%s\" class=\"stroke-%s fill-%s\">"
                        + "<title>%s</title></path>%n",
                style.mark().path(),
                x,
                y,
                style.colour().light(),
                inside.light(),
                style.colour().css(),
                inside.css(),
                escape(tooltip));
    }

    /** What it shows, in what unit, and which way is better: at the top of every picture. */
    void heading(double x, String title, String unit) {
        text(x, HEADING_LINE, Font.HEADING, title);
        text(x, 2 * HEADING_LINE, Font.TICK, unit);
    }

    void text(double x, double y, Font font, String text) {
        format("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>%n", x, y, font.attributes, escape(text));
    }

    /** A line through points: {@code x,y x,y}. */
    void path(String points, Pen pen, String tooltip) {
        format(
                "<polyline points=\"%s\" fill=\"none\" %s><title>%s</title></polyline>%n",
                points.strip(), pen.attributes(), escape(tooltip));
    }

    static String point(double x, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
    }

    private void format(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return out + "</svg>\n";
    }
}
