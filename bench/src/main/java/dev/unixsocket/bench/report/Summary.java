package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a terminal shows of a run: a screen of verdicts, noise and marks. */
final class Summary {

    private static final int MOST_NAMED = 5;

    private final Results results;
    private final StringBuilder out = new StringBuilder();

    private Summary(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        Summary summary = new Summary(results);
        summary.standings();
        summary.verdicts();
        summary.noise();
        summary.marks();
        summary.leftOut();
        return summary.out.toString();
    }

    private void standings() {
        List<String> lines = Standings.of(results);
        if (!lines.isEmpty()) {
            lines.forEach(this::line);
            line("");
        }
    }

    /** What is met is counted; of the rest, as many are named as fit on a screen. */
    private void verdicts() {
        List<Claim> all = results.required();
        List<String> counts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            long count = all.stream().filter(claim -> claim.verdict() == verdict).count();
            if (count > 0) {
                boolean none = verdict == Verdict.NOT_MEASURED;
                counts.add(count + " " + (none ? "not measured" : verdict.word()));
            }
        }
        if (all.stream().allMatch(claim -> claim.verdict() == Verdict.NOT_MEASURED)) {
            line("None of the project's limits was measured.");
            return;
        }
        line("Limits of the project: " + String.join(", ", counts));
        List<Claim> open =
                Stream.of(Verdict.MISSED, Verdict.UNDECIDED)
                        .flatMap(verdict -> all.stream().filter(c -> c.verdict() == verdict))
                        .toList();
        open.stream().limit(MOST_NAMED).forEach(claim -> line(row(claim)));
        if (open.size() > MOST_NAMED) {
            line("  and %d more, in the report".formatted(open.size() - MOST_NAMED));
        }
    }

    private static String row(Claim claim) {
        return String.format(
                Locale.ROOT,
                "  %-9s %s%.2f, here %s: %s, %s, %s",
                claim.verdict().word(),
                claim.limit().sign(),
                claim.claimed(),
                Tables.shownInVerdict(claim),
                claim.subject(),
                claim.placement(),
                claim.text());
    }

    private void noise() {
        List<Ratio> all = Noise.all(results);
        if (!all.isEmpty()) {
            long above = all.stream().filter(noise -> noise.reach() > Ratio.WIDEST).count();
            line(
                    "Noise floor, a peer against itself: %s (median of %d tables), at most %s, above %s in %d"
                            .formatted(
                                    Noise.percent(all.get(all.size() / 2).reach()),
                                    all.size(),
                                    Noise.percent(all.getLast().reach()),
                                    Noise.percent(Ratio.WIDEST),
                                    above));
        }
    }

    private void marks() {
        Map<String, Long> marks =
                results.cells().stream()
                        .flatMap(cell -> cell.marks().stream())
                        .collect(
                                Collectors.groupingBy(
                                        mark -> mark, LinkedHashMap::new, Collectors.counting()));
        List<String> texts = new ArrayList<>();
        marks.forEach((mark, count) -> texts.add(mark + " " + count));
        if (!texts.isEmpty()) {
            line(
                    "Marked, of %d measurements: %s"
                            .formatted(results.cells().size(), String.join(", ", texts)));
        }
        results.cells().stream()
                .filter(cell -> cell.failure().isPresent())
                .collect(Collectors.groupingBy(Cell::peer, LinkedHashMap::new, Collectors.toList()))
                .forEach(
                        (peer, cells) ->
                                line(
                                        "failed     %s: %s"
                                                .formatted(
                                                        peer,
                                                        cells.getFirst().failure().orElseThrow())));
    }

    private void leftOut() {
        if (!results.leftOut().isEmpty()) {
            line("Left out: %d, the report says what and why".formatted(results.leftOut().size()));
        }
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
