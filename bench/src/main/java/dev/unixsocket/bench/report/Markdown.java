package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;
import dev.unixsocket.bench.results.Start;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The report as Markdown, aligned so that it can be read on a terminal as well. */
public final class Markdown {

    private final StringBuilder out = new StringBuilder();

    private Markdown() {}

    /** The whole report. */
    public static String report(Results results) {
        Markdown markdown = new Markdown();
        markdown.line("# Benchmarks of panama-unixsocket");
        markdown.line("");
        markdown.madeBy(results);
        markdown.facts("Machine", results.machine());
        markdown.facts("How it was measured", results.settings());
        markdown.facts("Peers", results.peers());
        markdown.summaries(results);
        markdown.line("## How to read the tables");
        markdown.line("");
        Notes.READING.forEach(markdown::item);
        markdown.line("");
        for (String benchmark : results.benchmarks()) {
            markdown.benchmark(results, benchmark);
        }
        markdown.rates(results);
        markdown.starts(results);
        return markdown.out.toString();
    }

    /** Which command made the figures, and on what. */
    static String run(Results results) {
        Markdown markdown = new Markdown();
        markdown.madeBy(results);
        results.machine().forEach((name, value) -> markdown.item(name + ": " + value));
        results.settings().forEach((name, value) -> markdown.item(name + ": " + value));
        markdown.line("");
        return markdown.out.toString();
    }

    private void madeBy(Results results) {
        line(
                "Made by `%s` on %s, in %d s."
                        .formatted(results.command(), results.started(), results.seconds()));
        line("");
    }

    /** Those tables, one after another. */
    static String tables(List<Table> tables) {
        Markdown markdown = new Markdown();
        tables.forEach(markdown::add);
        return markdown.out.toString();
    }

    /** One table. */
    static String table(Table table) {
        Markdown markdown = new Markdown();
        markdown.add(table);
        return markdown.out.toString();
    }

    private void summaries(Results results) {
        if (!results.leftOut().isEmpty()) {
            line("## Left out");
            line("");
            results.leftOut().forEach(this::item);
            line("");
        }
        add(Tables.required(results));
        add(Tables.claims(results));
        results.placements().forEach(place -> add(MessageTable.of(results, place)));
    }

    private void benchmark(Results results, String benchmark) {
        line("## " + benchmark);
        line("");
        line(Notes.about(benchmark));
        line("");
        switch (benchmark) {
            case SweepTables.CONNECTIONS -> SweepTables.all(results).forEach(this::add);
            case SweepTables.ONE_BUSY -> add(SweepTables.oneBusy(results));
            default -> {}
        }
        for (String placement : results.placements(benchmark)) {
            for (Scenario scenario : results.scenarios(benchmark, placement)) {
                add(Tables.cells(results, scenario));
                add(CostTable.of(results, scenario));
            }
        }
    }

    private void rates(Results results) {
        if (!results.rates().isEmpty()) {
            line("## " + RateTables.OPEN_LOOP);
            line("");
            line(Notes.about(RateTables.OPEN_LOOP));
            line("");
            RateTables.all(results).forEach(this::add);
        }
    }

    private void starts(Results results) {
        if (!results.starts().isEmpty()) {
            line("## " + Start.BENCHMARK);
            line("");
            line(Notes.about(Start.BENCHMARK));
            line("");
            StartTables.all(results).forEach(this::add);
        }
    }

    private void facts(String title, Map<String, String> facts) {
        if (facts.isEmpty()) {
            return;
        }
        line("## " + title);
        line("");
        facts.forEach((name, value) -> item(name + ": " + value));
        line("");
    }

    private void item(String text) {
        line("- " + text);
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    private void add(Table table) {
        if (table.rows().isEmpty()) {
            return;
        }
        line("### " + table.title());
        line("");
        List<List<String>> all = new ArrayList<>();
        all.add(table.headers());
        all.addAll(table.rows());
        int[] widths = new int[table.headers().size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(Math.max(widths[i], 3), row.get(i).length());
            }
        }
        row(table.headers(), widths);
        StringBuilder rule = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            boolean number = i > 0 && isNumeric(table, i);
            rule.append('-').append("-".repeat(widths[i])).append(number ? ":|" : "-|");
        }
        line(rule.toString());
        table.rows().forEach(cells -> row(cells, widths));
        line("");
        if (!table.note().isEmpty()) {
            line(table.note());
            line("");
        }
    }

    /** Whether a column holds numbers, which are aligned to the right. */
    static boolean isNumeric(Table table, int column) {
        return table.rows().stream()
                .map(row -> row.get(column))
                .filter(cell -> !cell.isEmpty())
                .allMatch(cell -> cell.matches("[–0-9<≤≥ -].*"));
    }

    private void row(List<String> cells, int[] widths) {
        StringBuilder row = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i).replace("|", "\\|");
            row.append(' ').append(cell).append(" ".repeat(widths[i] - cells.get(i).length()));
            row.append(" |");
        }
        line(row.toString());
    }
}
