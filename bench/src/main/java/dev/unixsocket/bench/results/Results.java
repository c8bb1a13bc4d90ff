package dev.unixsocket.bench.results;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A comparison: everything that {@code results.json} holds.
 *
 * @param command the command that made it
 * @param started when, in UTC
 * @param seconds how long it took
 * @param machine what it ran on: name and value, in the order to show
 * @param settings how it was measured, likewise
 * @param peers the peers' names and what they are, in the order to show
 * @param cells what was measured
 * @param rates what was measured as an open loop, rate by rate
 * @param starts how programs start, measured as whole processes
 * @param ratios how the cells, and the starts, compare
 * @param claims the published claims beside what was measured
 * @param required the numbers that the project sets itself
 * @param leftOut what was not measured, and why
 */
public record Results(
        String command,
        String started,
        long seconds,
        Map<String, String> machine,
        Map<String, String> settings,
        Map<String, String> peers,
        List<Cell> cells,
        List<RatePoint> rates,
        List<Start> starts,
        List<Ratio> ratios,
        List<Claim> claims,
        List<Claim> required,
        List<String> leftOut) {

    /** The cell of that peer, if it was measured. */
    public Optional<Cell> cell(Scenario scenario, String peer) {
        return cells(scenario).stream().filter(cell -> cell.peer().equals(peer)).findFirst();
    }

    /** The cells of that scenario, in the order in which the peers ran. */
    public List<Cell> cells(Scenario scenario) {
        return cells.stream().filter(cell -> cell.scenario().equals(scenario)).toList();
    }

    /** The ratio of that peer to that base, if both were measured. */
    public Optional<Ratio> ratio(Scenario scenario, String peer, String base, String metric) {
        Ratio wanted = new Ratio(scenario, peer, base, metric, 0, 0, 0, List.of());
        return ratios.stream().filter(wanted::isAbout).findFirst();
    }

    /** Whether a limit of the project has that verdict. */
    public boolean has(Verdict verdict) {
        return required.stream().anyMatch(claim -> claim.verdict() == verdict);
    }

    /** A peer to itself in that scenario: what the noise of the machine does; empty if unknown. */
    public Optional<Ratio> noise(Scenario scenario) {
        String metric = Ratio.mainMetric(scenario.benchmark());
        return ratios.stream()
                .filter(ratio -> ratio.scenario().equals(scenario))
                .filter(ratio -> ratio.peer().equals(ratio.base()))
                .filter(ratio -> ratio.metric().equals(metric))
                .findFirst();
    }

    /** The payloads of a benchmark, in bytes, smallest first. */
    public List<Integer> payloads(String benchmark) {
        return cells.stream()
                .filter(cell -> cell.benchmark().equals(benchmark))
                .map(Cell::payloadBytes)
                .distinct()
                .sorted()
                .toList();
    }

    /** The benchmarks' names, in the order in which they ran. */
    public List<String> benchmarks() {
        return cells.stream().map(Cell::benchmark).distinct().toList();
    }

    /** The scenarios of a benchmark in that placement, smallest first. */
    public List<Scenario> scenarios(String benchmark, String placement) {
        return cells.stream()
                .map(Cell::scenario)
                .filter(scenario -> scenario.benchmark().equals(benchmark))
                .filter(scenario -> scenario.placement().equals(placement))
                .distinct()
                .sorted(
                        Comparator.comparingInt(Scenario::payloadBytes)
                                .thenComparingInt(Scenario::connections))
                .toList();
    }

    /** The placements' labels of a benchmark, in the order in which they ran. */
    public List<String> placements(String benchmark) {
        return cells.stream()
                .filter(cell -> cell.benchmark().equals(benchmark))
                .map(Cell::placement)
                .distinct()
                .toList();
    }

    /** The placements' labels, in the order in which they ran. */
    public List<String> placements() {
        return cells.stream().map(Cell::placement).distinct().toList();
    }

    /** The program of that name that was started, if it was measured. */
    public Optional<Start> start(String peer) {
        return starts.stream().filter(start -> start.peer().equals(peer)).findFirst();
    }

    /** Whether any peer failed. */
    public boolean hasFailures() {
        return cells.stream().anyMatch(cell -> cell.failure().isPresent())
                || rates.stream().anyMatch(point -> point.failure().isPresent());
    }
}
