package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What changed between two runs: the ratios to the base of the later one. */
public final class Changes {

    private Changes() {}

    /** A table for each benchmark, with the ratios whose intervals do not overlap first. */
    public static String between(Results old, Results now) {
        StringBuilder out = new StringBuilder();
        out.append("old: %s, %s%n".formatted(old.started(), old.command()));
        out.append("new: %s, %s%n%n".formatted(now.started(), now.command()));
        if (!old.machine().equals(now.machine())) {
            out.append("The two machines, or their software, are not the same:\n");
            now.machine().forEach((name, value) -> differs(out, name, old, value));
            out.append('\n');
        }
        for (String benchmark : now.benchmarks()) {
            List<List<String>> changed = new ArrayList<>();
            List<List<String>> same = new ArrayList<>();
            for (Ratio after : now.ratios()) {
                if (after.scenario().benchmark().equals(benchmark)
                        && after.base().equals(Tables.base(now, benchmark))
                        && after.metric().equals(Ratio.mainMetric(benchmark))) {
                    Optional<Ratio> before =
                            old.ratios().stream().filter(after::isAbout).findFirst();
                    before.ifPresent(
                            found ->
                                    (overlap(found, after) ? same : changed)
                                            .add(row(found, after)));
                }
            }
            append(out, benchmark + ": changed", changed);
            append(out, benchmark + ": not changed, as far as the intervals tell", same);
        }
        return out.toString();
    }

    private static void differs(StringBuilder out, String name, Results old, String value) {
        String before = old.machine().getOrDefault(name, "unknown");
        if (!before.equals(value)) {
            out.append("  %s: %s, now %s%n".formatted(name, before, value));
        }
    }

    private static boolean overlap(Ratio one, Ratio other) {
        return one.low() <= other.high() && other.low() <= one.high();
    }

    private static List<String> row(Ratio before, Ratio after) {
        return List.of(
                after.peer() + " to " + after.base(),
                Format.conditions(after.scenario()),
                after.scenario().placement(),
                Format.ratio(before),
                Format.ratio(after),
                String.format(
                        Locale.ROOT, "%+.1f %%", 100 * (after.median() / before.median() - 1)));
    }

    private static void append(StringBuilder out, String title, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            out.append(
                    Markdown.table(
                            new Table(
                                    title,
                                    List.of(
                                            "ratio",
                                            "payload",
                                            "placement",
                                            "old",
                                            "new",
                                            "change"),
                                    rows)));
        }
    }
}
