package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts figures into a Markdown document, between {@code <!-- bench:WHAT -->} and {@code <!--
 * bench:end -->}. WHAT is {@code run} (command and machine), {@code required}, {@code claims},
 * {@code start}, {@code messages PLACEMENT}, {@code connections FIGURE} (see {@link
 * SweepTables#named}), {@code one-busy}, {@code rates}, or {@code cells} or {@code cost} with
 * {@code BENCHMARK BYTES PLACEMENT [CONNECTIONS]}.
 */
public final class Documents {

    private static final String END = "<!-- bench:end -->";
    private static final Pattern BLOCK =
            Pattern.compile("(<!-- bench:(?!end)([^>]*?) -->\n).*?" + END, Pattern.DOTALL);

    private Documents() {}

    /**
     * Replaces every block of the document that the results have figures for; the others stay.
     *
     * @throws IOException if it cannot be read or written, or asks for what does not exist
     */
    public static void refresh(Path document, Results results) throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(document));
        StringBuilder out = new StringBuilder();
        while (block.find()) {
            String figures = figures(block.group(2), results, document);
            String refreshed =
                    figures.isEmpty() ? block.group() : block.group(1) + "\n" + figures + END;
            block.appendReplacement(out, Matcher.quoteReplacement(refreshed));
        }
        block.appendTail(out);
        Files.writeString(document, out);
    }

    private static String figures(String what, Results results, Path document) throws IOException {
        String[] words = what.split(" ");
        return switch (words[0]) {
            case "start" -> Markdown.tables(StartTables.all(results));
            case "run" -> results.cells().isEmpty() ? "" : Markdown.run(results);
            case "required" -> Markdown.table(Tables.required(results));
            case "claims" -> Markdown.table(Tables.claims(results));
            case "messages" -> Markdown.table(MessageTable.of(results, words[1]));
            case "connections" -> Markdown.table(SweepTables.named(results, words[1]));
            case "rates" -> Markdown.tables(RateTables.all(results));
            case "one-busy" -> Markdown.table(SweepTables.oneBusy(results));
            case "cells" -> Markdown.table(Tables.cells(results, scenario(words)));
            case "cost" -> Markdown.table(CostTable.of(results, scenario(words)));
            default -> throw new IOException(document + ": bench:" + what + " is not known");
        };
    }

    private static Scenario scenario(String[] words) {
        int connections = words.length > 4 ? Integer.parseInt(words[4]) : 1;
        return new Scenario(words[1], Integer.parseInt(words[2]), connections, words[3]);
    }
}
