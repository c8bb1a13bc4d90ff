package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.RatePoint;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures peers as open loops: at each rate in interleaved rounds, and at the next rate those that
 * kept up with this one. Client and server have a core each.
 *
 * <p>Confined to one thread.
 */
public final class Rates {

    /** Who answers this part of what is due keeps up. */
    private static final double KEPT = 0.98;

    /** A peer has so many slices' time in a round, for enough samples at the lowest rate. */
    private static final int SLICES = 2;

    private static final Placement PLACEMENT = Placement.TWO_CORES;

    private final Plan plan;
    private final RatePlan rates;
    private final Progress progress;
    private final Budget budget;
    private final Workspace workspace;
    private final Cores cores = Cores.detect();
    private final List<RatePoint> points = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    /**
     * Nothing has begun.
     *
     * @param budget the time that is left, with {@link #planned} in its plan
     * @param workspace where it keeps sockets; the caller closes it
     */
    public Rates(Plan plan, Progress progress, Budget budget, Workspace workspace) {
        this.plan = plan;
        rates = plan.rates();
        this.progress = progress;
        this.budget = budget;
        this.workspace = workspace;
    }

    /** How long all of a plan takes on a machine that is not slow. */
    public static Duration planned(Plan plan) {
        return plan.rates().isEmpty()
                ? Duration.ZERO
                : preparing(plan)
                        .plus(measuring(plan).multipliedBy(plan.rates().perSecond().size()));
    }

    /** How long all peers start and warm up. */
    private static Duration preparing(Plan plan) {
        WarmUp warmUp = plan.warmUp();
        Duration each = warmUp.expected(1).plus(warmUp.again().expected(1));
        return each.plus(Comparison.STARTING).multipliedBy(plan.rates().peers().size());
    }

    /** How long all of them are measured at one rate; few keep up with all rates. */
    private static Duration measuring(Plan plan) {
        long slices = (long) plan.rounds() * plan.rates().peers().size() * SLICES;
        return plan.slice().multipliedBy(slices);
    }

    /** Measures everything: a point for each peer and each rate up to the one that is too much. */
    public List<RatePoint> run() throws IOException {
        if (rates.isEmpty()) {
            return points;
        }
        Optional<String> reason = cores.unavailable(PLACEMENT);
        if (reason.isPresent()) {
            leftOut.add(RatePlan.BENCHMARK + " is left out: " + reason.get() + ".");
            return points;
        }
        if (budget.isOver()) {
            leftOut.add(RatePlan.BENCHMARK + " is left out: there was no time left (--limit).");
            return points;
        }
        List<PeerRun> runs = start();
        List<PeerRun> able = runs;
        for (int perSecond : rates.perSecond()) {
            if (budget.isOver()) {
                leftOut.add(
                        "%s from %,d a second is left out: there was no time left (--limit)."
                                .formatted(RatePlan.BENCHMARK, perSecond));
                break;
            }
            able = measure(able, perSecond);
        }
        PeerRun.stopAll(runs, workspace);
        return points;
    }

    /** What was left out, and why, in sentences. */
    public List<String> leftOut() {
        return leftOut;
    }

    private List<PeerRun> start() throws IOException {
        progress.say("starting the servers and clients of the open loop");
        List<PeerRun> runs = new ArrayList<>();
        for (Peer peer : rates.peers()) {
            if (peer.unavailable().isEmpty()) {
                runs.add(PeerRun.start(peer, RatePlan.TASK.service(), workspace));
            }
        }
        runs.forEach(PeerRun::connect);
        runs.forEach(run -> run.pin(cores, Placement.UNPINNED));
        Duration each = plan.warmUp().expected(1);
        Budget time = budget.part(preparing(plan));
        runs.forEach(run -> run.open(RatePlan.TASK)); // until the last client has started
        runs.forEach(run -> run.warmUp(RatePlan.TASK, plan.warmUp(), time.elasticShare(each)));
        runs.forEach(run -> run.pin(cores, PLACEMENT));
        WarmUp again = plan.warmUp().again();
        runs.forEach(run -> run.warmUpPaced(RatePlan.TASK, again.within(time.elasticShare(each))));
        return runs;
    }

    /** All of them at one rate: who kept up. */
    private List<PeerRun> measure(List<PeerRun> runs, int perSecond) {
        if (runs.isEmpty()) {
            return runs;
        }
        progress.say("%s, %,d a second".formatted(RatePlan.BENCHMARK, perSecond));
        Map<PeerRun, Gathered> all = new LinkedHashMap<>();
        runs.forEach(run -> all.put(run, new Gathered()));
        Duration slice = slice(budget.share(measuring(plan)), runs.size());
        for (int round = 0; round < plan.rounds(); round++) {
            for (PeerRun run : runs) {
                run.pace(RatePlan.TASK, slice, perSecond).ifPresent(all.get(run)::add);
                progress.show();
            }
        }
        List<PeerRun> kept = new ArrayList<>();
        all.forEach(
                (run, gathered) -> {
                    points.add(gathered.point(run, perSecond));
                    if (run.failure().isEmpty() && gathered.perSecond() >= KEPT * perSecond) {
                        kept.add(run);
                    }
                });
        return kept;
    }

    private Duration slice(Duration time, int peers) {
        Duration wanted = plan.slice().multipliedBy(SLICES);
        Duration fitting = time.dividedBy((long) plan.rounds() * peers);
        return Rounds.fitted(wanted, wanted.dividedBy(Rounds.SHORTEST_PART), fitting);
    }

    /** What the rounds give of one peer at one rate. */
    private static final class Gathered {

        private final Histogram fromDue = Cell.emptyHistogram();
        private final Histogram fromBegun = Cell.emptyHistogram();
        private final List<Double> perSecond = new ArrayList<>();

        void add(PacedSlice slice) {
            record(slice.fromDue(), fromDue);
            record(slice.fromBegun(), fromBegun);
            perSecond.add(slice.perSecond());
        }

        private static void record(long[] nanos, Histogram into) {
            for (long each : nanos) {
                into.recordValue(Math.min(each, into.getHighestTrackableValue()));
            }
        }

        /** The median over the rounds. */
        double perSecond() {
            List<Double> sorted = perSecond.stream().sorted().toList();
            return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
        }

        RatePoint point(PeerRun run, int wanted) {
            return new RatePoint(
                    run.peer().name(),
                    RatePlan.TASK.payload(),
                    PLACEMENT.label(),
                    wanted,
                    perSecond(),
                    perSecond() >= KEPT * wanted,
                    Cell.encode(fromDue),
                    Cell.encode(fromBegun),
                    run.failure(),
                    run.warmedUp().steady() ? List.of() : List.of(Cell.UNSTEADY));
        }
    }
}
