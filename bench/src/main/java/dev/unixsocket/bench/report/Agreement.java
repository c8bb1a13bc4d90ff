package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far several runs of the same command agree on the ratios that carry no mark. */
final class Agreement {

    /** The runs should be no further apart. */
    private static final double GOAL = 0.03;

    /**
     * A ratio in every run.
     *
     * @param ratios one of each run
     */
    private record Row(List<Ratio> ratios) {

        double lowest() {
            return ratios.stream().mapToDouble(Ratio::median).min().orElseThrow();
        }

        double highest() {
            return ratios.stream().mapToDouble(Ratio::median).max().orElseThrow();
        }

        /** How much larger the largest median is than the smallest. */
        double apart() {
            return highest() / lowest() - 1;
        }

        boolean isMarked() {
            return ratios.stream().anyMatch(ratio -> !ratio.marks().isEmpty());
        }
    }

    private Agreement() {}

    static String of(List<Results> runs) {
        List<Row> rows = rows(runs);
        List<Row> unmarked = new ArrayList<>(rows.stream().filter(row -> !row.isMarked()).toList());
        unmarked.sort(Comparator.comparingDouble(Row::apart).reversed());
        long agree = unmarked.stream().filter(row -> row.apart() <= GOAL).count();
        String note =
                "%d of %d ratios without a mark agree within %s in %d runs; %d carry a mark in one of them."
                        .formatted(
                                agree,
                                unmarked.size(),
                                Noise.percent(GOAL),
                                runs.size(),
                                rows.size() - unmarked.size());
        return Markdown.table(table(unmarked)) + note + "\n";
    }

    private static Table table(List<Row> rows) {
        return new Table(
                "How far the runs agree: medians of the ratio",
                List.of("ratio", "scenario", "lowest", "highest", "apart"),
                rows.stream().map(Agreement::cells).toList());
    }

    private static List<String> cells(Row row) {
        Ratio first = row.ratios().getFirst();
        return List.of(
                first.peer() + " to " + first.base(),
                Format.title(first.scenario()),
                String.format(Locale.ROOT, "%.3f", row.lowest()),
                String.format(Locale.ROOT, "%.3f", row.highest()),
                Noise.percent(row.apart()));
    }

    /** The ratios of main metrics to the base that every run has. */
    private static List<Row> rows(List<Results> runs) {
        Results first = runs.getFirst();
        List<Row> rows = new ArrayList<>();
        for (Ratio ratio : first.ratios()) {
            String benchmark = ratio.scenario().benchmark();
            if (ratio.metric().equals(Ratio.mainMetric(benchmark))
                    && !ratio.peer().equals(ratio.base())
                    && first.benchmarks().contains(benchmark)
                    && ratio.base().equals(Tables.base(first, benchmark))) {
                List<Ratio> all =
                        runs.stream()
                                .map(run -> run.ratios().stream().filter(ratio::isAbout))
                                .map(found -> found.findFirst())
                                .flatMap(Optional::stream)
                                .toList();
                if (all.size() == runs.size()) {
                    rows.add(new Row(all));
                }
            }
        }
        return rows;
    }
}
