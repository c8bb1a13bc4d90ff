package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Usage;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Standing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures servers with ever more connections. Each server has a core of its own from its start, so
 * that its JVM knows of no other; the client, the same C program for all of them, has another one.
 *
 * <p>Up to a thousand connections, all servers have theirs open and are measured in interleaved
 * rounds. With more, a thread for each connection of each server would be too much for a machine:
 * then one server after another has its connections, and all its rounds.
 *
 * <p>Confined to one thread.
 */
public final class Sweep {

    /** With more, only one server at a time has its connections. */
    private static final int MOST_AT_ONCE = 1000;

    /** With fewer, what a connection takes cannot be told from what the process takes. */
    private static final int FEWEST_TO_WEIGH = 1000;

    private static final Duration SETTLING = Duration.ofMillis(50);

    /** How long nothing is sent, to see what idle connections cost. */
    private static final Duration REST = Duration.ofMillis(500);

    private final Plan plan;
    private final SweepPlan sweep;
    private final Progress progress;
    private final Budget budget;
    private final Workspace workspace;
    private final Cores cores = Cores.detect();
    private final Placement apart;
    private final List<Cell> cells = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final Map<PeerRun, Long> footprints = new LinkedHashMap<>();

    /**
     * A sweep that has not begun.
     *
     * @param budget the time that is left, with {@link #planned} in its plan
     * @param workspace where it keeps sockets; the caller closes it
     */
    public Sweep(Plan plan, Progress progress, Budget budget, Workspace workspace) {
        this.plan = plan;
        sweep = plan.sweep();
        this.progress = progress;
        this.budget = budget;
        this.workspace = workspace;
        apart = cores.unavailable(Placement.TWO_CORES).isEmpty() ? Placement.TWO_CORES : together();
    }

    /** Where client and server share a core, if that can be had. */
    private Placement together() {
        return cores.unavailable(Placement.ONE_CORE).isEmpty()
                ? Placement.ONE_CORE
                : Placement.UNPINNED;
    }

    /** Measures everything: a cell for each peer and number of connections. */
    public List<Cell> run() throws IOException {
        if (sweep.isEmpty()) {
            return cells;
        }
        List<PeerRun> runs = start();
        for (int connections : sweep.connections()) {
            if (connections <= MOST_AT_ONCE) {
                visit(runs, connections);
            } else {
                visitInTurn(runs, connections);
            }
        }
        for (PeerRun run : runs) {
            run.stop(workspace);
        }
        return cells;
    }

    private void visitInTurn(List<PeerRun> runs, int connections) {
        Capacity.lackFor(connections)
                .ifPresentOrElse(
                        lack ->
                                leftOut.add(
                                        "%,d connections are left out: %s."
                                                .formatted(connections, lack)),
                        () -> runs.forEach(run -> visit(List.of(run), connections)));
    }

    /** What was left out, and why, in sentences. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** How long all of a plan takes on a machine that is not slow. */
    public static Duration planned(Plan plan) {
        Duration all = Duration.ZERO;
        if (plan.sweep().isEmpty()) {
            return all;
        }
        for (int connections : plan.sweep().connections()) {
            int peers = plan.sweep().peers().size();
            all = all.plus(measuring(plan, connections, peers).multipliedBy(2)); // and warming up
        }
        return all;
    }

    private static Duration measuring(Plan plan, int connections, int peers) {
        return SweepPlan.slice(plan.slice(), connections)
                .multipliedBy((long) plan.rounds() * (peers + 1));
    }

    private Duration slice(int connections) {
        return SweepPlan.slice(plan.slice(), connections);
    }

    /** Starts all servers, and warms them up with one connection. */
    private List<PeerRun> start() throws IOException {
        List<PeerRun> runs = new ArrayList<>();
        progress.say("starting the servers of many connections");
        for (Peer peer : sweep.peers()) {
            Optional<String> reason = peer.unavailable();
            if (reason.isPresent()) {
                leftOut.add(
                        peer.name() + " with many connections is left out: " + reason.get() + ".");
            } else {
                List<String> prefix = cores.prefix(cores.forServer(apart));
                runs.add(PeerRun.start(peer, "many", workspace, prefix));
            }
        }
        runs.forEach(PeerRun::connect);
        runs.forEach(run -> run.pinClient(cores, cores.forClient(apart)));
        runs.forEach(run -> run.warmUp(task(1), plan.warmUp()));
        for (PeerRun run : runs) {
            run.footprint().ifPresent(bytes -> footprints.put(run, bytes));
        }
        return runs;
    }

    private static Task task(int connections) {
        return Task.connections(SweepPlan.PAYLOAD, connections);
    }

    /** Opens so many connections to each, measures, and closes them. */
    private void visit(List<PeerRun> runs, int connections) {
        boolean last = connections == sweep.most() && connections > 1 && sweep.has("OneBusy");
        List<OneBusy> oneBusy = new ArrayList<>();
        if (last) {
            Placement together = together();
            String core = cores.forServer(apart);
            for (PeerRun run : runs) {
                oneBusy.add(
                        new OneBusy(
                                run, plan, together, () -> run.pinClient(cores, core), progress));
            }
            oneBusy.forEach(OneBusy::alone);
        }
        String who = runs.size() == 1 ? ", " + runs.getFirst().peer().name() : "";
        progress.say("Connections, %,d%s".formatted(connections, who));
        runs.forEach(run -> run.pinClient(cores, cores.forClient(apart)));
        Duration warming = measuring(plan, connections, runs.size());
        WarmUp warmUp = plan.warmUp().within(budget.share(warming), runs.size());
        runs.forEach(run -> run.warmUp(task(connections), warmUp));
        if (sweep.has("Connections")) {
            allBusy(runs, connections);
        }
        oneBusy.forEach(one -> one.among(connections));
        // Another number of connections: those that were open are closed.
        runs.forEach(run -> run.warmUp(task(1), WarmUp.NONE));
        oneBusy.forEach(OneBusy::alone);
        oneBusy.forEach(one -> cells.addAll(one.cells()));
    }

    private void allBusy(List<PeerRun> runs, int connections) {
        Map<PeerRun, Measurement> measurements = new LinkedHashMap<>();
        runs.forEach(run -> measurements.put(run, run.begin(task(connections), apart, SETTLING)));
        OthersLoad others = OthersLoad.of(runs);
        Duration planned = measuring(plan, connections, runs.size());
        // Whoever is measured alone has as many rounds as the others.
        Plan how = runs.size() == 1 ? plan.withRounds(plan.rounds()) : plan;
        Duration time = budget.share(planned);
        Duration slice = slice(connections); // each connection is to come to its turn
        new Rounds(how, progress).measure(measurements, slice, slice, time);
        double load = others.cores();
        rest(measurements, connections);
        measurements.forEach((run, of) -> cells.add(run.end(of, load)));
    }

    /** What the connections cost while none is used. */
    private void rest(Map<PeerRun, Measurement> measurements, int connections) {
        Map<PeerRun, Usage> before = new LinkedHashMap<>();
        measurements.keySet().forEach(run -> before.put(run, run.serverUsage()));
        long began = System.nanoTime();
        while (System.nanoTime() - began < REST.toNanos()) {
            LockSupport.parkNanos(REST.toNanos());
        }
        measurements.forEach(
                (run, measurement) -> {
                    double idle =
                            Math.max(0.0, run.serverUsage().minus(before.get(run)).processorNanos())
                                    / (System.nanoTime() - began);
                    measurement.standing(new Standing(residentBytes(run, connections), idle));
                });
    }

    private double residentBytes(PeerRun run, int connections) {
        if (connections < FEWEST_TO_WEIGH || !footprints.containsKey(run)) {
            return -1;
        }
        return run.footprint()
                .map(bytes -> (double) (bytes - footprints.get(run)) / (connections - 1))
                .orElse(-1.0);
    }
}
