package dev.unixsocket.bench.report;

import java.util.List;

/**
 * A table as every form of the report shows it. The first column is text, the others are numbers.
 *
 * @param title above it
 * @param headers of the columns
 * @param rows of as many cells
 * @param note a sentence below it; empty if there is none
 */
record Table(String title, List<String> headers, List<List<String>> rows, String note) {

    /** One without a note. */
    Table(String title, List<String> headers, List<List<String>> rows) {
        this(title, headers, rows, "");
    }

    /** The same with a note. */
    Table noting(String sentence) {
        return new Table(title, headers, rows, sentence);
    }
}
