package dev.unixsocket.bench;

import dev.unixsocket.bench.compare.Budget;
import dev.unixsocket.bench.compare.Comparison;
import dev.unixsocket.bench.compare.Distribution;
import dev.unixsocket.bench.compare.Placement;
import dev.unixsocket.bench.compare.Plan;
import dev.unixsocket.bench.compare.Postgres;
import dev.unixsocket.bench.compare.Progress;
import dev.unixsocket.bench.compare.Rates;
import dev.unixsocket.bench.compare.ResultsOf;
import dev.unixsocket.bench.compare.Starts;
import dev.unixsocket.bench.compare.Sweep;
import dev.unixsocket.bench.compare.Workspace;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.RatePoint;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Start;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that a run measures, one after another: PostgreSQL, starts, the comparison, many
 * connections, many rates.
 *
 * @param plan what is compared
 * @param quick whether what takes its time is left out unless it is named
 * @param benchmarks those that are named; empty for all
 * @param arguments of the command line, for the report
 */
record FullRun(Plan plan, boolean quick, List<String> benchmarks, List<String> arguments) {

    private static final int QUICK_TRANSACTIONS = 1500;
    private static final int TRANSACTIONS = 2500;
    private static final String POSTGRESQL = "PostgreSQL";

    /** Measures. */
    Results measure() throws IOException {
        ResultsOf results = ResultsOf.begin(arguments);
        Progress progress = Progress.onStandardError();
        Budget budget =
                new Budget(
                        plan.limit(),
                        Comparison.planned(plan)
                                .plus(Sweep.planned(plan))
                                .plus(Rates.planned(plan)));
        progress.begin(budget);
        List<String> leftOut = new ArrayList<>();
        List<Claim> postgres = postgres(progress, leftOut);
        List<Start> starts = starts(progress, leftOut);
        try (Workspace workspace = Workspace.open()) {
            Comparison comparison = new Comparison(plan, progress, budget, workspace);
            Sweep sweep = new Sweep(plan, progress, budget, workspace);
            Rates rates = new Rates(plan, progress, budget, workspace);
            List<Cell> cells = new ArrayList<>(comparison.run());
            cells.addAll(sweep.run());
            List<RatePoint> points = rates.run();
            progress.end();
            leftOut.addAll(0, rates.leftOut());
            leftOut.addAll(0, sweep.leftOut());
            leftOut.addAll(0, comparison.leftOut());
            return results.end(
                    plan, comparison.placements(), cells, points, starts, postgres, leftOut);
        }
    }

    private List<Claim> postgres(Progress progress, List<String> leftOut) {
        if (!benchmarks.isEmpty() && !benchmarks.contains(POSTGRESQL)) {
            return List.of();
        }
        return Postgres.measure(
                quick ? plan.withPlacements(List.of(Placement.ONE_CORE)) : plan,
                quick ? QUICK_TRANSACTIONS : TRANSACTIONS,
                progress,
                leftOut);
    }

    private List<Start> starts(Progress progress, List<String> leftOut) {
        boolean asked = benchmarks.contains(Start.BENCHMARK) || benchmarks.isEmpty() && !quick;
        return asked
                ? Starts.measure(
                        List.of(new Distribution(StartCommand.defaultDistribution())),
                        StartCommand.STARTS,
                        progress,
                        leftOut)
                : List.of();
    }
}
