package dev.unixsocket.bench.report;

import java.util.Locale;

/** Writes the few SVG elements that the charts need. Colours are classes of the style sheet. */
final class Svg {

    /** What {@link #heading} takes at the top. */
    static final int HEADING = 46;

    private static final int HEADING_LINE = 17;

    private final StringBuilder out = new StringBuilder();

    Svg(int width, int height, String title) {
        format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " aria-label=\"%s\">%n",
                width, height, escape(title));
        format("<title>%s</title>%n", escape(title));
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>%n",
                x1, y1, x2, y2, style);
    }

    /** A peer's mark, with a tooltip. */
    void mark(double x, double y, PeerStyle style, String tooltip) {
        format(
                "<path d=\"%s\" transform=\"translate(%.1f,%.1f)\" class=\"mark %s\">"
                        + "<title>%s</title></path>%n",
                style.mark().path(), x, y, style.classes(), escape(tooltip));
    }

    /** What it shows, in what unit, and which way is better: at the top of every picture. */
    void heading(double x, String title, String unit) {
        text(x, HEADING_LINE, "heading", title);
        text(x, 2 * HEADING_LINE, "tick", unit);
    }

    void text(double x, double y, String style, String text) {
        format("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>%n", x, y, style, escape(text));
    }

    /** A line through points: {@code x,y x,y}. */
    void path(String points, String style, String tooltip) {
        format(
                "<polyline points=\"%s\" class=\"%s\"><title>%s</title></polyline>%n",
                points, style, escape(tooltip));
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
