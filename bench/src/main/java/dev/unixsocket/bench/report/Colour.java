package dev.unixsocket.bench.report;

import java.util.Locale;
import java.util.function.Function;

/** The colours of the report and its charts, each for a light and for a dark page. */
enum Colour {
    BACK("#ffffff", "#14171c"),
    PANEL("#f6f7f9", "#1c2027"),
    TEXT("#1c1f24", "#e6e9ee"),
    MUTED("#5b6470", "#9aa4b2"),
    RULE("#d9dde3", "#343b46"),
    GOOD("#1a7f37", "#57c777"),
    BAD("#b42318", "#ff8a7a"),
    WARN("#8a5a00", "#e6b84c"),
    C("#4b5563", "#aab4c2"),
    FFM("#d1495b", "#ff7b8a"),
    JDK("#2166ac", "#6cb0ff"),
    JUNIXSOCKET("#1b8a5a", "#4fd19a"),
    NETTY("#8a5cc7", "#c4a0ff"),
    JNR("#b8860b", "#e6b84c"),
    IPC("#0e8f9c", "#4fd0dc"),
    EVENTS("#9a5b13", "#d9a066"),
    AERON("#c2410c", "#ff9a5c"),
    GO("#0369a1", "#38bdf8"),
    OTHER("#6b7280", "#9ca3af");

    private final String light;
    private final String dark;

    Colour(String light, String dark) {
        this.light = light;
        this.dark = dark;
    }

    /** On a light page: {@code #rrggbb}. */
    String light() {
        return light;
    }

    /** In classes and variables of style sheets. */
    String css() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The variables of a page, {@code --back} and so on, light and dark. */
    static String variables() {
        return ":root {\n  color-scheme: light dark;\n"
                + each(colour -> variable(colour, colour.light))
                + "}\n"
                + whenDark(":root {\n" + each(colour -> variable(colour, colour.dark)) + "}\n");
    }

    private static String variable(Colour colour, String value) {
        return "  --%s: %s;%n".formatted(colour.css(), value);
    }

    /** What makes charts dark where a page is; without it, they are as their attributes say. */
    static String ofDarkCharts() {
        return whenDark(
                each(
                        colour ->
                                ".fill-%1$s { fill: %2$s; }%n.stroke-%1$s { stroke: %2$s; }%n"
                                        .formatted(colour.css(), colour.dark)));
    }

    private static String whenDark(String rules) {
        return "@media (prefers-color-scheme: dark) {\n" + rules + "}\n";
    }

    private static String each(Function<Colour, String> rule) {
        StringBuilder out = new StringBuilder();
        for (Colour colour : values()) {
            out.append(rule.apply(colour));
        }
        return out.toString();
    }
}
