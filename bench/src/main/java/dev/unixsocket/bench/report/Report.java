package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.ResultsFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the report's folder: {@code results.json}, {@code report.md}, {@code report.html}, and the
 * pictures that a page can show.
 */
public final class Report {

    private Report() {}

    /** Writes all of them; the folder is made. */
    public static void write(Results results, Path folder) throws IOException {
        Files.createDirectories(folder);
        ResultsFile.write(results, folder.resolve("results.json"));
        Files.writeString(folder.resolve("report.md"), Markdown.report(results));
        Files.writeString(folder.resolve("report.html"), Html.report(results));
        pictures(results, folder);
    }

    /**
     * Writes only the pictures that the results have figures for: {@code latency.svg}, {@code
     * latency-two-cores.svg}, {@code connections.svg}, {@code rates.svg}, {@code cost.svg}.
     */
    public static void pictures(Results results, Path folder) throws IOException {
        Files.createDirectories(folder);
        Picture.write(results, folder);
    }

    /** A screen of verdicts, noise and marks for a terminal. */
    public static String summary(Results results) {
        return Summary.of(results);
    }

    /** How far several runs agree, for a terminal. */
    public static String agreement(List<Results> runs) {
        return Agreement.of(runs);
    }

    /** The tables for a terminal. */
    public static String tables(Results results) {
        return Markdown.report(results);
    }
}
