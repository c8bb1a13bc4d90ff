package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The charts of servers with many connections. */
final class SweepCharts {

    private SweepCharts() {}

    /** Exchanges per second over the number of connections. */
    static String rate(Results results) {
        return draw(
                results,
                "exchanges per second",
                "exchanges per second, logarithmic; more is better",
                Cell::exchangesPerSecond);
    }

    /** The 99th percentile of the latency over the number of connections. */
    static String latency(Results results) {
        return draw(
                results,
                "99th percentile of the latency",
                "microseconds, logarithmic; less is better",
                cell -> cell.decodedHistogram().getValueAtPercentile(99) / 1000.0);
    }

    private static String draw(
            Results results, String what, String unit, ToDoubleFunction<Cell> value) {
        List<Scenario> scenarios = SweepTables.scenarios(results);
        if (scenarios.size() < 2) {
            return "";
        }
        List<LineChart.Tick> ticks = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            String name = String.format(Locale.ROOT, "%,d", scenario.connections());
            ticks.add(new LineChart.Tick(at(scenario, scenarios), name));
        }
        List<LineChart.Series> series = new ArrayList<>();
        for (String peer : results.peers().keySet()) {
            List<LineChart.Point> points = new ArrayList<>();
            for (Scenario scenario : scenarios) {
                results.cell(scenario, peer)
                        .filter(cell -> !cell.rounds().isEmpty())
                        .map(value::applyAsDouble)
                        .filter(number -> number > 0)
                        .ifPresent(
                                number ->
                                        points.add(
                                                new LineChart.Point(
                                                        at(scenario, scenarios), number)));
            }
            series.add(
                    new LineChart.Series(
                            peer, points, SweepTables.marks(results, scenarios, peer)));
        }
        return new LineChart("Many connections: " + what, unit, "connections", ticks, series)
                .draw();
    }

    /** Each number of connections is as far from the one before as from the next. */
    private static double at(Scenario scenario, List<Scenario> scenarios) {
        return (double) scenarios.indexOf(scenario) / (scenarios.size() - 1);
    }
}
