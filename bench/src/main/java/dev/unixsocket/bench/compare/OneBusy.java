package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Cell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One busy connection of a server: alone, among idle ones, and alone again. Both processes share a
 * core, where a round trip is steadier than between two.
 */
final class OneBusy {

    private static final Duration SETTLING = Duration.ofMillis(100);

    private final PeerRun run;
    private final Plan plan;
    private final Placement placement;
    private final Runnable pin;
    private final Progress progress;
    private final List<Measurement> measurements = new ArrayList<>();
    private double othersLoad;

    /**
     * Nothing is measured yet.
     *
     * @param placement where both processes are
     * @param pin puts the client there
     */
    OneBusy(PeerRun run, Plan plan, Placement placement, Runnable pin, Progress progress) {
        this.run = run;
        this.plan = plan;
        this.placement = placement;
        this.pin = pin;
        this.progress = progress;
    }

    /** How long all of it takes. */
    static Duration planned(Plan plan) {
        Duration warmUps = plan.warmUp().again().expected(1).multipliedBy(2);
        return warmUps.plus(plan.slice().multipliedBy(3L * Plan.FEWEST_ROUNDS));
    }

    /** Measures the only connection: the first time before, the second time after the others. */
    void alone() {
        measure(1, measurements.isEmpty() ? 0 : Plan.FEWEST_ROUNDS);
    }

    /** Measures one of so many connections. */
    void among(int connections) {
        measure(connections, 0);
    }

    private void measure(int connections, int firstRound) {
        progress.say("OneBusy, " + run.peer().name());
        pin.run();
        Task task = Task.oneBusy(SweepPlan.PAYLOAD, connections);
        if (firstRound == 0) {
            run.warmUp(task, plan.warmUp(), plan.warmUp().again().expected(1).multipliedBy(2));
        }
        Measurement measurement = run.begin(task, placement, SETTLING);
        if (firstRound == 0) {
            measurements.add(measurement);
        } else {
            measurement = measurements.getFirst();
        }
        OthersLoad others = OthersLoad.of(List.of(run));
        for (int round = 0; round < Plan.FEWEST_ROUNDS; round++) {
            run.measure(measurement, firstRound + round, plan.slice());
            progress.show();
        }
        othersLoad = Math.max(othersLoad, others.cores());
    }

    /** What was measured: alone, with twice the rounds, and among the others. */
    List<Cell> cells() {
        return measurements.stream().map(of -> run.end(of, othersLoad)).toList();
    }
}
