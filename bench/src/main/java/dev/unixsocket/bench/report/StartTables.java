package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Start;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How programs start: a row for each, and the limits that the project sets itself. */
final class StartTables {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MIB = 1024 * 1024;
    private static final double MB = 1e6;

    private StartTables() {}

    /** A limit of a ratio to an earlier distribution. */
    private record Limit(String text, String program, String metric, double most) {}

    private static final List<Limit> LIMITS =
            List.of(
                    new Limit("Time to serve", Start.DAEMON, Start.TIME, 0.25),
                    new Limit("Time of uds --version", Start.VERSION, Start.TIME, 0.40),
                    new Limit("Resident after one request", Start.DAEMON, Start.RESIDENT, 0.55),
                    new Limit("Distribution on disk", Start.DAEMON, Start.DISK, 0.50));

    /** All of them. */
    static List<Table> all(Results results) {
        return List.of(starts(results), limits(results));
    }

    private static Table starts(Results results) {
        List<List<String>> rows = new ArrayList<>();
        String base = base(results, Start.DAEMON);
        for (Start start : results.starts()) {
            boolean resident = start.rounds().getFirst().residentBytes() != Start.NOT_RESIDENT;
            rows.add(
                    List.of(
                            start.peer(),
                            millis(start.median(Start.Round::nanos)),
                            millis(start.slowestNanos()),
                            millis(start.median(Start.Round::processorNanos)),
                            resident
                                    ? Format.number(start.median(Start.Round::residentBytes) / MIB)
                                    : "–",
                            Format.number(start.diskBytes() / MB),
                            ratio(results, start.peer(), base, Start.TIME),
                            ratio(results, start.peer(), base, Start.PROCESSOR_TIME),
                            ratio(results, start.peer(), base, Start.RESIDENT)));
        }
        int starts = results.starts().stream().mapToInt(s -> s.rounds().size()).min().orElse(0);
        return new Table(
                "Starts as whole processes: medians of %d, and ratios to %s"
                        .formatted(starts, base),
                List.of(
                        "program",
                        "start ms",
                        "slowest",
                        "processor ms",
                        "resident MiB",
                        "disk MB",
                        "start, ratio",
                        "processor, ratio",
                        "resident, ratio"),
                rows);
    }

    private static Table limits(Results results) {
        List<List<String>> rows = new ArrayList<>();
        for (Limit limit : LIMITS) {
            String base = base(results, limit.program());
            for (Start start : results.starts()) {
                if (!start.peer().equals(base) && isProgram(start, limit.program())) {
                    results.ratio(Start.SCENARIO, start.peer(), base, limit.metric())
                            .ifPresent(ratio -> rows.add(row(limit, ratio)));
                }
            }
        }
        return new Table(
                "What a start must show: medians of the ratio to the first distribution",
                List.of("what", "who", "limit", "here", "verdict", "marks"),
                rows);
    }

    private static List<String> row(Limit limit, Ratio ratio) {
        return List.of(
                limit.text(),
                ratio.peer() + " against " + ratio.base(),
                String.format(Locale.ROOT, "≤ %.2f", limit.most()),
                Format.interval(ratio.median(), ratio.low(), ratio.high()),
                Claim.Limit.AT_MOST.verdict(limit.most(), ratio.low(), ratio.high()).word(),
                Format.marks(ratio.marks()));
    }

    /** Whether it is that program, of whatever distribution. */
    private static boolean isProgram(Start start, String program) {
        return start.peer().equals(program) || start.peer().startsWith(program + " of ");
    }

    /** That program of the first distribution. */
    private static String base(Results results, String program) {
        Optional<Start> first =
                results.starts().stream().filter(start -> isProgram(start, program)).findFirst();
        return first.map(Start::peer).orElse("");
    }

    private static String millis(double nanos) {
        return Format.number(nanos / NANOS_PER_MILLI);
    }

    private static String ratio(Results results, String peer, String base, String metric) {
        return results.ratio(Start.SCENARIO, peer, base, metric).map(Format::ratio).orElse("–");
    }
}
