package dev.unixsocket.bench.results;

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
 * @param ratios how they compare
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
        List<Ratio> ratios,
        List<Claim> claims,
        List<Claim> required,
        List<String> leftOut) {

    /** The cell of that peer, if it was measured. */
    public Optional<Cell> cell(String benchmark, String peer, int payload, String placement) {
        return cells.stream()
                .filter(
                        cell ->
                                cell.benchmark().equals(benchmark)
                                        && cell.peer().equals(peer)
                                        && cell.payloadBytes() == payload
                                        && cell.placement().equals(placement))
                .findFirst();
    }

    /** The ratio of that peer to that base, if both were measured. */
    public Optional<Ratio> ratio(
            String benchmark,
            String peer,
            String base,
            int payload,
            String placement,
            String metric) {
        Ratio wanted =
                new Ratio(benchmark, peer, base, payload, placement, metric, 0, 0, 0, List.of());
        return ratios.stream().filter(wanted::isAbout).findFirst();
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

    /** The placements' labels, in the order in which they ran. */
    public List<String> placements() {
        return cells.stream().map(Cell::placement).distinct().toList();
    }

    /** Whether any peer failed. */
    public boolean hasFailures() {
        return cells.stream().anyMatch(cell -> cell.failure().isPresent());
    }
}
