package dev.unixsocket.uds.discovery;

import java.util.ArrayList;
import java.util.List;

/** Lines of columns that are as wide as they must be. Confined to one thread. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... headings) {
        rows.add(headings);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    /** The lines; the last column is not padded. */
    List<String> lines() {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]).repeat(" ", widths[i] - row[i].length()).append(GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
