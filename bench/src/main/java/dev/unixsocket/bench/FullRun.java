package dev.unixsocket.bench;

import dev.unixsocket.bench.compare.Budget;
import dev.unixsocket.bench.compare.Comparison;
import dev.unixsocket.bench.compare.Distribution;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that a run measures, one after another: PostgreSQL, starts, the comparison, many
 * connections, many rates.
 *
 * @param plan what is compared
 * @param size how much is measured
 * @param benchmarks those that are named; empty for all
 * @param arguments of the command line, for the report
 */
record FullRun(Plan plan, Plan.Size size, List<String> benchmarks, List<String> arguments) {

    private static final String POSTGRESQL = "PostgreSQL";

    /** Measures. */
    Results measure() throws IOException {
        ResultsOf results = ResultsOf.begin(arguments);
        Progress progress = Progress.onStandardError();
        Budget budget = new Budget(plan.limit(), planned());
        progress.begin(budget);
        List<String> leftOut = new ArrayList<>();
        List<Claim> postgres = postgres(progress, budget, leftOut);
        List<Start> starts = starts(progress, budget, leftOut);
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

    /** How long all of it takes on a machine that is not slow. */
    Duration planned() {
        return postgresPlanned()
                .plus(startsPlanned())
                .plus(Comparison.planned(plan))
                .plus(Sweep.planned(plan))
                .plus(Rates.planned(plan));
    }

    /** What takes its time is left out of a quick run unless it is named. */
    private boolean has(String benchmark) {
        return benchmarks.contains(benchmark) || benchmarks.isEmpty() && size != Plan.Size.QUICK;
    }

    private boolean isThorough() {
        return size == Plan.Size.THOROUGH;
    }

    private Duration postgresPlanned() {
        return has(POSTGRESQL) ? Postgres.planned(postgresPlan(), transactions()) : Duration.ZERO;
    }

    private Plan postgresPlan() {
        return isThorough() ? plan : plan.withRounds(Plan.FEWEST_ROUNDS);
    }

    /** Of PostgreSQL, in a slice. */
    private int transactions() {
        return isThorough() ? 2500 : 1000;
    }

    private List<Claim> postgres(Progress progress, Budget budget, List<String> leftOut) {
        if (!has(POSTGRESQL)) {
            return List.of();
        }
        budget.share(postgresPlanned());
        return Postgres.measure(postgresPlan(), transactions(), progress, leftOut);
    }

    private Duration startsPlanned() {
        return has(Start.BENCHMARK) ? Starts.planned(startRounds()) : Duration.ZERO;
    }

    private int startRounds() {
        return isThorough() || benchmarks.contains(Start.BENCHMARK)
                ? StartCommand.STARTS
                : Plan.FEWEST_ROUNDS;
    }

    private List<Start> starts(Progress progress, Budget budget, List<String> leftOut) {
        if (!has(Start.BENCHMARK)) {
            return List.of();
        }
        budget.share(startsPlanned());
        return Starts.measure(List.of(Distribution.ofTheBuild()), startRounds(), progress, leftOut);
    }
}
