package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The tables of servers with many connections: a row for each peer, a column for each number. */
final class SweepTables {

    static final String CONNECTIONS = "Connections";
    static final String ONE_BUSY = "OneBusy";

    private static final double KIB = 1024;

    /** What a table shows of a cell. */
    private record Figure(String title, Function<Cell, String> of) {}

    private static final Map<String, Figure> FIGURES = new LinkedHashMap<>();

    static {
        FIGURES.put(
                "rate",
                new Figure(
                        "Exchanges per second", cell -> Format.number(cell.exchangesPerSecond())));
        FIGURES.put("p50", percentile("Median latency, µs", 50));
        FIGURES.put("p99", percentile("99th percentile of the latency, µs", 99));
        FIGURES.put("p99.9", percentile("99.9th percentile of the latency, µs", 99.9));
        FIGURES.put(
                "cost",
                new Figure(
                        "Processor time of the server for an exchange, µs, user + system",
                        SweepTables::serverCost));
        FIGURES.put(
                "switches",
                new Figure(
                        "Switches of the server's threads for an exchange, voluntary + involuntary",
                        SweepTables::serverSwitches));
        FIGURES.put(
                "memory", new Figure("Resident memory of a connection, KiB", SweepTables::memory));
        FIGURES.put(
                "idle",
                new Figure(
                        "Processor time while no connection is used, % of a core",
                        SweepTables::idle));
    }

    private SweepTables() {}

    private static Figure percentile(String title, double percentile) {
        return new Figure(
                title,
                cell -> Format.micros(cell.decodedHistogram().getValueAtPercentile(percentile)));
    }

    private static String serverCost(Cell cell) {
        return cell.server().isKnown()
                ? Format.micros(cell.server().userNanos())
                        + " + "
                        + Format.micros(cell.server().systemNanos())
                : "–";
    }

    private static String serverSwitches(Cell cell) {
        return cell.server().isKnown()
                ? String.format(
                        Locale.ROOT,
                        "%.2f + %.2f",
                        cell.server().voluntarySwitches(),
                        cell.server().involuntarySwitches())
                : "–";
    }

    static String memory(Cell cell) {
        return cell.standing()
                .filter(standing -> standing.residentBytes() >= 0)
                .map(standing -> Format.number(standing.residentBytes() / KIB))
                .orElse("–");
    }

    static String idle(Cell cell) {
        return cell.standing()
                .map(standing -> String.format(Locale.ROOT, "%.2f", 100 * standing.idleCores()))
                .orElse("–");
    }

    /** All tables of that kind. */
    static List<Table> all(Results results) {
        return FIGURES.keySet().stream().map(name -> table(results, FIGURES.get(name))).toList();
    }

    /**
     * The table of that name: {@code rate}, {@code p50}, {@code p99}, {@code p99.9}, {@code cost},
     * {@code switches}, {@code memory} or {@code idle}.
     *
     * @throws IOException if there is none
     */
    static Table named(Results results, String name) throws IOException {
        Figure figure = FIGURES.get(name);
        if (figure == null) {
            throw new IOException("no table of connections \"%s\"".formatted(name));
        }
        return table(results, figure);
    }

    /** The scenarios in which all connections are busy, by their number. */
    static List<Scenario> scenarios(Results results) {
        return results.placements(CONNECTIONS).stream()
                .flatMap(placement -> results.scenarios(CONNECTIONS, placement).stream())
                .toList();
    }

    private static Table table(Results results, Figure figure) {
        List<Scenario> scenarios = scenarios(results);
        List<String> headers = new ArrayList<>(List.of("peer, connections"));
        scenarios.forEach(s -> headers.add(String.format(Locale.ROOT, "%,d", s.connections())));
        headers.add("marks");
        List<List<String>> rows = new ArrayList<>();
        for (String peer : peers(results, CONNECTIONS)) {
            List<String> row = new ArrayList<>(List.of(peer));
            for (Scenario scenario : scenarios) {
                row.add(
                        results.cell(scenario, peer)
                                .filter(cell -> !cell.rounds().isEmpty())
                                .map(figure.of())
                                .orElse("–"));
            }
            row.add(marks(results, scenarios, peer));
            rows.add(row);
        }
        return new Table(figure.title(), headers, rows);
    }

    private static List<String> peers(Results results, String benchmark) {
        return results.cells().stream()
                .filter(cell -> cell.benchmark().equals(benchmark))
                .map(Cell::peer)
                .distinct()
                .toList();
    }

    /** Each mark once, with the numbers of connections that it is about unless that is all. */
    static String marks(Results results, List<Scenario> scenarios, String peer) {
        Map<String, List<String>> marked = new LinkedHashMap<>();
        for (Scenario scenario : scenarios) {
            String connections = String.format(Locale.ROOT, "%,d", scenario.connections());
            results.cell(scenario, peer).stream()
                    .flatMap(cell -> reasons(cell))
                    .forEach(
                            mark ->
                                    marked.computeIfAbsent(mark, _ -> new ArrayList<>())
                                            .add(connections));
        }
        List<String> texts = new ArrayList<>();
        marked.forEach(
                (mark, where) ->
                        texts.add(
                                where.size() == scenarios.size()
                                        ? mark
                                        : mark + " (" + String.join("; ", where) + ")"));
        return String.join(", ", texts);
    }

    private static Stream<String> reasons(Cell cell) {
        return cell.failure()
                .map(reason -> Stream.of("failed: " + reason))
                .orElseGet(() -> cell.marks().stream());
    }

    /** One busy connection: alone, and among idle ones. */
    static Table oneBusy(Results results) {
        List<List<String>> rows = new ArrayList<>();
        for (Cell among : results.cells()) {
            if (among.benchmark().equals(ONE_BUSY) && among.connections() > 1) {
                Scenario alone = Scenario.of(ONE_BUSY, among.payloadBytes(), among.placement());
                results.cell(alone, among.peer())
                        .ifPresent(cell -> rows.add(row(results, cell, among)));
            }
        }
        return new Table(
                "One busy connection among idle ones, both processes on one core",
                List.of(
                        "peer",
                        "connections",
                        "p50 µs, alone",
                        "among them",
                        "p99 µs, alone",
                        "among them",
                        "p50 to alone",
                        "marks"),
                rows);
    }

    private static List<String> row(Results results, Cell alone, Cell among) {
        List<String> row = new ArrayList<>();
        row.add(among.peer());
        row.add(String.format(Locale.ROOT, "%,d", among.connections()));
        for (double percentile : new double[] {50, 99}) {
            for (Cell cell : List.of(alone, among)) {
                row.add(Tables.percentile(cell, percentile));
            }
        }
        row.add(
                results.ratio(among.scenario(), among.peer(), among.peer(), Ratio.LATENCY_TO_ALONE)
                        .map(Format::ratio)
                        .orElse("–"));
        row.add(
                among.failure()
                        .map(reason -> "failed: " + reason)
                        .orElse(
                                Format.marks(
                                        Stream.of(alone, among)
                                                .flatMap(cell -> cell.marks().stream())
                                                .distinct()
                                                .toList())));
        return row;
    }
}
