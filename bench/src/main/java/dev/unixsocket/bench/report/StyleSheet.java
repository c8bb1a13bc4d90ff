package dev.unixsocket.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The style sheet of the report, in light and dark. */
final class StyleSheet {

    private StyleSheet() {}

    static String text() {
        try (InputStream css = StyleSheet.class.getResourceAsStream("report.css")) {
            return Colour.variables()
                    + new String(css.readAllBytes(), StandardCharsets.UTF_8)
                    + Colour.ofDarkCharts();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
