package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;
import dev.unixsocket.bench.results.Side;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an exchange costs both processes: processor time, and switches of threads. */
final class CostTable {

    private CostTable() {}

    /** One scenario: a row for each peer. */
    static Table of(Results results, Scenario scenario) {
        String base = Tables.base(results, scenario.benchmark());
        List<List<String>> rows =
                results.cells(scenario).stream().map(cell -> row(results, cell, base)).toList();
        return new Table(
                        "What an exchange costs: " + Format.title(scenario),
                        List.of(
                                "peer",
                                "client µs, user",
                                "system",
                                "server µs, user",
                                "system",
                                "both",
                                "to " + base,
                                "client switches, voluntary",
                                "involuntary",
                                "server switches, voluntary",
                                "involuntary",
                                "marks"),
                        rows)
                .noting(Noise.sentence(results, scenario));
    }

    private static List<String> row(Results results, Cell cell, String base) {
        List<String> row = new ArrayList<>();
        row.add(cell.peer());
        for (Side side : List.of(cell.client(), cell.server())) {
            row.add(micros(side.userNanos()));
            row.add(micros(side.systemNanos()));
        }
        row.add(micros(cell.processorNanos()));
        row.add(Tables.ratio(results, cell, cell.peer(), base, Ratio.PROCESSOR_TIME));
        for (Side side : List.of(cell.client(), cell.server())) {
            row.add(times(side.voluntarySwitches()));
            row.add(times(side.involuntarySwitches()));
        }
        row.add(Tables.marks(cell));
        return row;
    }

    private static String micros(double nanos) {
        return nanos < 0 ? "–" : Format.micros(nanos);
    }

    private static String times(double switches) {
        return switches < 0 ? "–" : String.format(Locale.ROOT, "%.2f", switches);
    }
}
