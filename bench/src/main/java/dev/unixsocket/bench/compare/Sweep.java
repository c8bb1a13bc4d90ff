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

    /** With fewer, what a connection takes cannot be told from what the process takes. */
    private static final int FEWEST_TO_WEIGH = 1000;

    /** A server and the client, on a machine that is not slow. */
    private static final Duration STARTING = Duration.ofMillis(800);

    /** Opening a connection and closing it, on such a machine. */
    private static final Duration OPENING = Duration.ofNanos(200_000);

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
        if (budget.isOver()) {
            leftOut.add("Many connections are left out: there was no time left (--limit).");
            return cells;
        }
        List<PeerRun> runs = start();
        for (int connections : sweep.connections()) {
            if (connections <= SweepPlan.MOST_AT_ONCE) {
                visit(runs, connections);
            } else {
                visitInTurn(runs, connections);
            }
        }
        PeerRun.stopAll(runs, workspace);
        return cells;
    }

    private void visitInTurn(List<PeerRun> runs, int connections) {
        Optional<String> lack = Capacity.lackFor(connections);
        if (lack.isPresent()) {
            leftOut.add("%,d connections are left out: %s.".formatted(connections, lack.get()));
            return;
        }
        List<Peer> able = sweep.peers(connections);
        runs.stream()
                .filter(run -> able.contains(run.peer()))
                .forEach(run -> visit(List.of(run), connections));
    }

    /** What was left out, and why, in sentences. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** How long all of a plan takes on a machine that is not slow. */
    public static Duration planned(Plan plan) {
        if (plan.sweep().isEmpty()) {
            return Duration.ZERO;
        }
        Duration all = starting(plan);
        for (int connections : plan.sweep().connections()) {
            int peers = plan.sweep().peers(connections).size();
            all =
                    connections <= SweepPlan.MOST_AT_ONCE
                            ? all.plus(visiting(plan, connections, peers))
                            : all.plus(visiting(plan, connections, 1).multipliedBy(peers));
        }
        return all;
    }

    private static Duration starting(Plan plan) {
        return STARTING.plus(plan.warmUp().expected(1)).multipliedBy(plan.sweep().peers().size());
    }

    private static Duration visiting(Plan plan, int connections, int peers) {
        Duration all = warmingUp(plan, connections).multipliedBy(peers);
        if (plan.sweep().has("Connections")) {
            all = all.plus(measuring(plan, connections, peers));
        }
        return isLast(plan, connections)
                ? all.plus(OneBusy.planned(plan).multipliedBy(peers))
                : all;
    }

    /** With opening and closing. */
    private static Duration warmingUp(Plan plan, int connections) {
        return OPENING.multipliedBy(connections).plus(plan.warmUp().again().expected(connections));
    }

    private static Duration measuring(Plan plan, int connections, int peers) {
        Duration slice = SweepPlan.slice(plan.slice(), connections);
        return peers == 1
                ? slice.multipliedBy(2L * Plan.FEWEST_ROUNDS).plus(REST) // what is under way ends
                : slice.multipliedBy((long) plan.rounds() * (peers + 1)).plus(REST);
    }

    /** Whether there are most connections then: one is compared with itself among the others. */
    private static boolean isLast(Plan plan, int connections) {
        return connections == plan.sweep().most() && connections > 1 && plan.sweep().has("OneBusy");
    }

    /** Starts all servers, and warms them up with one connection. */
    private List<PeerRun> start() throws IOException {
        List<PeerRun> runs = new ArrayList<>();
        progress.say("starting the servers of many connections");
        Budget time = budget.part(starting(plan));
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
        runs.forEach(run -> run.open(task(1)));
        Duration each = STARTING.plus(plan.warmUp().expected(1));
        runs.forEach(run -> run.warmUp(task(1), plan.warmUp(), time.elasticShare(each)));
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
        String who = runs.size() == 1 ? ", " + runs.getFirst().peer().name() : "";
        String what = "Connections, %,d%s".formatted(connections, who);
        if (budget.isOver()) {
            leftOut.add(what + " is left out: there was no time left for it (--limit).");
            return;
        }
        List<OneBusy> oneBusy = isLast(plan, connections) ? oneBusy(runs) : List.of();
        oneBusy.forEach(OneBusy::alone);
        progress.say(what);
        runs.forEach(run -> run.pinClient(cores, cores.forClient(apart)));
        Duration each = warmingUp(plan, connections);
        Budget time = budget.part(each.multipliedBy(runs.size()));
        runs.forEach(run -> run.warmUp(task(connections), plan.warmUp(), time.elasticShare(each)));
        if (sweep.has("Connections")) {
            allBusy(runs, connections);
        }
        oneBusy.forEach(one -> one.among(connections));
        // Another number of connections: those that were open are closed.
        runs.forEach(run -> run.open(task(1)));
        oneBusy.forEach(OneBusy::alone);
        oneBusy.forEach(one -> cells.addAll(one.cells()));
    }

    private List<OneBusy> oneBusy(List<PeerRun> runs) {
        budget.share(OneBusy.planned(plan).multipliedBy(runs.size()));
        Placement together = together();
        String core = cores.forServer(apart);
        return runs.stream()
                .map(
                        run ->
                                new OneBusy(
                                        run,
                                        plan,
                                        together,
                                        () -> run.pinClient(cores, core),
                                        progress))
                .toList();
    }

    private void allBusy(List<PeerRun> runs, int connections) {
        Map<PeerRun, Measurement> measurements = new LinkedHashMap<>();
        runs.forEach(run -> measurements.put(run, run.begin(task(connections), apart, SETTLING)));
        OthersLoad others = OthersLoad.of(runs);
        // Where each is measured alone, that takes long enough with the fewest rounds.
        Plan how = runs.size() == 1 ? plan.withRounds(Plan.FEWEST_ROUNDS) : plan;
        Duration time = budget.share(measuring(plan, connections, runs.size()));
        Duration shortest = plan.slice().dividedBy(Rounds.SHORTEST_PART);
        new Rounds(how, progress)
                .measure(
                        measurements,
                        SweepPlan.slice(plan.slice(), connections),
                        SweepPlan.slice(shortest, connections), // each is to come to its turn
                        time);
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
