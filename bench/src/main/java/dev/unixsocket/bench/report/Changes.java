package dev.unixsocket.bench.report;

import dev.unixsocket.bench.compare.Change;
import dev.unixsocket.bench.results.Results;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What changed between two runs: the ratios to the base of the later one. */
public final class Changes {

    private static final Map<Change.Kind, String> TITLES =
            new EnumMap<>(
                    Map.of(
                            Change.Kind.REGRESSION, "Worse",
                            Change.Kind.IMPROVEMENT, "Better",
                            Change.Kind.NONE, "Not changed, as far as the rounds tell",
                            Change.Kind.MARKED, "Not compared: failed, or not warmed up"));

    private Changes() {}

    /** A table for each kind of change, regressions first. */
    public static String between(Results old, Results now, List<Change> changes) {
        StringBuilder out = new StringBuilder();
        out.append("old: %s, %s%n".formatted(old.started(), old.command()));
        out.append("new: %s, %s%n%n".formatted(now.started(), now.command()));
        if (!old.machine().equals(now.machine())) {
            out.append("The two machines, or their software, are not the same:\n");
            now.machine().forEach((name, value) -> differs(out, name, old, value));
            out.append('\n');
        }
        TITLES.forEach(
                (kind, title) ->
                        append(
                                out,
                                title,
                                changes.stream().filter(c -> c.kind() == kind).toList()));
        return out.toString();
    }

    private static void differs(StringBuilder out, String name, Results old, String value) {
        String before = old.machine().getOrDefault(name, "unknown");
        if (!before.equals(value)) {
            out.append("  %s: %s, now %s%n".formatted(name, before, value));
        }
    }

    private static List<String> row(Change change) {
        return List.of(
                change.after().peer() + " to " + change.after().base(),
                change.after().scenario().benchmark(),
                Format.conditions(change.after().scenario()),
                change.after().scenario().placement(),
                Format.ratio(change.before()),
                Format.ratio(change.after()),
                String.format(Locale.ROOT, "%+.1f %%", 100 * change.growth()),
                String.format(Locale.ROOT, "%.5f", change.probability()));
    }

    private static void append(StringBuilder out, String title, List<Change> changes) {
        if (!changes.isEmpty()) {
            out.append(
                    Markdown.table(
                            new Table(
                                    title,
                                    List.of(
                                            "ratio",
                                            "benchmark",
                                            "payload",
                                            "placement",
                                            "old",
                                            "new",
                                            "change",
                                            "by chance"),
                                    changes.stream().map(Changes::row).toList())));
        }
    }
}
