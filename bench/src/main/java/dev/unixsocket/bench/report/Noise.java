package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How far a peer is from itself: what a ratio has to exceed to mean anything. */
final class Noise {

    private Noise() {}

    /** Below each table; empty where no peer was measured twice. */
    static String sentence(Results results, Scenario scenario) {
        return results.noise(scenario)
                .map(
                        noise ->
                                "Noise floor: %s against itself, %s: ±%s. %s"
                                        .formatted(
                                                noise.peer(),
                                                Format.interval(
                                                        noise.median(), noise.low(), noise.high()),
                                                percent(noise.reach()),
                                                rounds(results, scenario)))
                .orElse("");
    }

    /** How many rounds there were, and why not more. */
    private static String rounds(Results results, Scenario scenario) {
        int rounds =
                results.cells(scenario).stream().mapToInt(c -> c.rounds().size()).max().orElse(0);
        String base = Tables.base(results, scenario.benchmark());
        List<Ratio> wide =
                results.ratios().stream()
                        .filter(ratio -> ratio.scenario().equals(scenario))
                        .filter(ratio -> ratio.base().equals(base))
                        .filter(ratio -> !ratio.peer().equals(base))
                        .filter(ratio -> isMain(ratio) && ratio.marks().contains("wide"))
                        .toList();
        return wide.isEmpty()
                ? "%d rounds, until every interval was narrower than %s."
                        .formatted(rounds, percent(Ratio.WIDEST))
                : "%d rounds, until the time was over: %d of the intervals are wider than %s."
                        .formatted(rounds, wide.size(), percent(Ratio.WIDEST));
    }

    private static boolean isMain(Ratio ratio) {
        return ratio.metric().equals(Ratio.mainMetric(ratio.scenario().benchmark()));
    }

    /** The noise of every scenario, the least first. */
    static List<Ratio> all(Results results) {
        Stream<Scenario> scenarios = results.cells().stream().map(Cell::scenario).distinct();
        return scenarios
                .flatMap(scenario -> results.noise(scenario).stream())
                .sorted(Comparator.comparingDouble(Ratio::reach))
                .toList();
    }

    static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * part);
    }
}
