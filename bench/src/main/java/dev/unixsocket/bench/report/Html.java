package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.ResultsFile;
import dev.unixsocket.bench.results.Scenario;
import dev.unixsocket.bench.results.Start;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** The report as one HTML file that needs nothing else. */
public final class Html {

    private static final int SMALL = 64;

    /** A cell of more characters may take several lines. */
    private static final int LONG = 32;

    private final StringBuilder out = new StringBuilder();
    private final Results results;

    private Html(Results results) {
        this.results = results;
    }

    /** The whole report. */
    public static String report(Results results) throws IOException {
        Html html = new Html(results);
        html.head();
        html.summary();
        html.benchmarks();
        html.rates();
        html.starts();
        html.facts("Machine", results.machine());
        html.facts("How it was measured", results.settings());
        html.facts("Peers", results.peers());
        html.add("</main>\n</html>\n");
        return html.out.toString();
    }

    private void head() throws IOException {
        add("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
        add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        add("<title>Benchmarks of panama-unixsocket</title>\n");
        add("<style>\n" + StyleSheet.text() + "</style>\n");
        add("<main>\n<h1>Benchmarks of panama-unixsocket</h1>\n");
        add(
                "<p>Made by <code>%s</code> on %s, in %d s. Everything measured is in"
                                .formatted(
                                        Svg.escape(results.command()),
                                        results.started(),
                                        results.seconds())
                        + " <code>results.json</code> beside this file, and in this file:</p>\n");
        add("<p class=\"downloads\">");
        download("results.json.gz", "application/gzip", gzip(ResultsFile.text(results)));
        download("results.csv", "text/csv", Csv.of(results).getBytes(StandardCharsets.UTF_8));
        add("</p>\n");
    }

    /** A link that holds the file. */
    private void download(String name, String type, byte[] bytes) {
        add(
                "<a download=\"%s\" href=\"data:%s;base64,%s\">%s</a> "
                        .formatted(name, type, Base64.getEncoder().encodeToString(bytes), name));
    }

    /** A tenth of the size, as there are many digits in it. */
    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private void summary() {
        add("<h2>In short</h2>\n");
        table(Tables.required(results));
        list(results.leftOut());
        table(Tables.claims(results));
        results.placements().forEach(place -> table(MessageTable.of(results, place)));
        add("<h2>How to read the tables</h2>\n");
        list(Notes.READING);
    }

    private void benchmarks() {
        for (String benchmark : results.benchmarks()) {
            add("<h2>" + Svg.escape(benchmark) + "</h2>\n");
            add("<p>" + Svg.escape(Notes.about(benchmark)) + "</p>\n");
            sweep(benchmark);
            for (String placement : results.placements(benchmark)) {
                add("<h3>" + Svg.escape(placement) + "</h3>\n");
                charts(benchmark, placement);
                tables(benchmark, placement);
            }
        }
    }

    private void rates() {
        if (!results.rates().isEmpty()) {
            add("<h2>" + RateTables.OPEN_LOOP + "</h2>\n");
            add("<p>" + Svg.escape(Notes.about(RateTables.OPEN_LOOP)) + "</p>\n");
            figure(RateTables.chart(results, 50));
            figure(RateTables.chart(results, 99));
            RateTables.all(results).forEach(this::table);
        }
    }

    private void starts() {
        if (!results.starts().isEmpty()) {
            add("<h2>" + Start.BENCHMARK + "</h2>\n");
            add("<p>" + Svg.escape(Notes.about(Start.BENCHMARK)) + "</p>\n");
            StartTables.all(results).forEach(this::table);
        }
    }

    private void sweep(String benchmark) {
        switch (benchmark) {
            case SweepTables.CONNECTIONS -> {
                figure(SweepCharts.rate(results));
                figure(SweepCharts.latency(results));
                SweepTables.all(results).forEach(this::table);
            }
            case SweepTables.ONE_BUSY -> table(SweepTables.oneBusy(results));
            default -> {}
        }
    }

    private void charts(String benchmark, String placement) {
        if (benchmark.equals(SweepTables.CONNECTIONS) || benchmark.equals(SweepTables.ONE_BUSY)) {
            return;
        }
        List<Integer> payloads = results.payloads(benchmark);
        if (Ratio.mainMetric(benchmark).equals(Ratio.BYTES_PER_SECOND)) {
            figure(Charts.throughput(results, benchmark, placement));
            int payload = payloads.contains(64 * 1024) ? 64 * 1024 : payloads.getFirst();
            figure(RatioChart.draw(results, Scenario.of(benchmark, payload, placement)));
            return;
        }
        int payload = payloads.contains(SMALL) ? SMALL : payloads.getFirst();
        figure(RatioChart.draw(results, Scenario.of(benchmark, payload, placement)));
        figure(Charts.percentiles(results, Scenario.of(benchmark, payload, placement)));
        figure(
                RatioChart.draw(
                        results, Scenario.of(benchmark, payload, placement), Ratio.PROCESSOR_TIME));
    }

    private void tables(String benchmark, String placement) {
        List<Integer> payloads = results.payloads(benchmark);
        for (Scenario scenario : results.scenarios(benchmark, placement)) {
            int payload = scenario.payloadBytes();
            boolean open =
                    !scenario.variesConnections()
                            && (payloads.size() == 1 || payload == SMALL || payload == 64 * 1024);
            folded(Tables.cells(results, scenario), open);
            folded(CostTable.of(results, scenario), false);
        }
    }

    private void folded(Table table, boolean open) {
        add("<details" + (open ? " open" : "") + "><summary>" + Svg.escape(table.title()));
        add("</summary>\n");
        rows(table, "cells");
        add("</details>\n");
    }

    private void figure(String svg) {
        if (!svg.isEmpty()) {
            add("<figure>\n" + svg + "</figure>\n");
        }
    }

    private void facts(String title, Map<String, String> facts) {
        if (facts.isEmpty()) {
            return;
        }
        add("<h2>" + Svg.escape(title) + "</h2>\n<dl>\n");
        facts.forEach(
                (name, value) ->
                        add(
                                "<dt>%s</dt><dd>%s</dd>\n"
                                        .formatted(Svg.escape(name), Svg.escape(value))));
        add("</dl>\n");
    }

    private void list(List<String> items) {
        if (!items.isEmpty()) {
            add("<ul>\n");
            for (String item : items) {
                // The notes are written in Markdown; emphasis is all that they use of it.
                String text = Svg.escape(item).replaceAll("\\*([^*]+)\\*", "<em>$1</em>");
                add("<li>" + text + "</li>\n");
            }
            add("</ul>\n");
        }
    }

    private void table(Table table) {
        if (!table.rows().isEmpty()) {
            add("<h3>" + Svg.escape(table.title()) + "</h3>\n");
            rows(table, "summary");
        }
    }

    private void rows(Table table, String style) {
        add("<div class=\"scroll\"><table class=\"" + style + "\">\n<thead><tr>");
        for (int i = 0; i < table.headers().size(); i++) {
            add("<th" + alignment(table, i) + ">" + Svg.escape(table.headers().get(i)) + "</th>");
        }
        add("</tr></thead>\n<tbody>\n");
        for (List<String> row : table.rows()) {
            add("<tr>");
            for (int i = 0; i < row.size(); i++) {
                String text = row.get(i);
                add("<td" + look(table, i, text) + ">" + Svg.escape(text) + "</td>");
            }
            add("</tr>\n");
        }
        add("</tbody></table></div>\n");
        if (!table.note().isEmpty()) {
            add("<p class=\"note\">" + Svg.escape(table.note()) + "</p>\n");
        }
    }

    private static String look(Table table, int column, String text) {
        if (List.of("met", "missed", "undecided").contains(text)) {
            return " class=\"" + text + "\"";
        }
        return text.length() > LONG ? " class=\"long\"" : alignment(table, column);
    }

    private static String alignment(Table table, int column) {
        return column > 0 && Markdown.isNumeric(table, column) ? " class=\"n\"" : "";
    }

    private void add(String text) {
        out.append(text);
    }
}
