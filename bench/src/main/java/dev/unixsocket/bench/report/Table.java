package dev.unixsocket.bench.report;

import java.util.List;

/**
 * A table as every form of the report shows it. The first column is text, the others are numbers.
 *
 * @param title above it
 * @param headers of the columns
 * @param rows of as many cells
 */
record Table(String title, List<String> headers, List<List<String>> rows) {}
