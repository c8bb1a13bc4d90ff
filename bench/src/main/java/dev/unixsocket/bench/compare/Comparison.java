package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Cell;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a plan. All servers and clients of a service are started once and stay; who is not measured
 * sleeps in a read of its standard input. Each round measures every peer for one slice, in turn.
 *
 * <p>Confined to one thread.
 */
public final class Comparison {

    /** Not counted, at the beginning of each placement. */
    private static final Duration SETTLING = Duration.ofMillis(50);

    /** On a slow machine a slice is made shorter, down to this part of what it should be. */
    private static final int SHORTEST_PART = 4;

    private final Plan plan;
    private final Progress progress;
    private final Budget budget;
    private final Workspace workspace;
    private final Cores cores = Cores.detect();
    private final List<Cell> cells = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    /**
     * A comparison that has not begun.
     *
     * @param budget the time that is left, with {@link #planned} in its plan
     * @param workspace where it keeps sockets; the caller closes it
     */
    public Comparison(Plan plan, Progress progress, Budget budget, Workspace workspace) {
        this.plan = plan;
        this.progress = progress;
        this.budget = budget;
        this.workspace = workspace;
    }

    /** Measures everything: a cell for each peer, task and placement. */
    public List<Cell> run() throws IOException {
        List<Peer> peers = available();
        List<Placement> placements = availablePlacements();
        for (String service : plan.tasks().stream().map(Task::service).distinct().toList()) {
            List<Task> tasks =
                    plan.tasks().stream().filter(task -> task.service().equals(service)).toList();
            runService(service, tasks, peers, placements);
        }
        return cells;
    }

    /** How long all of a plan takes on a machine that is not slow. */
    public static Duration planned(Plan plan) {
        Duration all = Duration.ZERO;
        for (Task task : plan.tasks()) {
            List<Peer> able = plan.peers().stream().filter(peer -> peer.can(task)).toList();
            all = all.plus(preparing(plan, able.size()));
            all = all.plus(measuring(plan, able.size()).multipliedBy(plan.placements().size()));
        }
        return all;
    }

    /** How long so many peers start and warm up. */
    private static Duration preparing(Plan plan, int peers) {
        return plan.warmUp().shortest().multipliedBy(peers);
    }

    /** How long so many peers are measured in one placement. */
    private static Duration measuring(Plan plan, int peers) {
        return plan.slice().multipliedBy((long) plan.rounds() * (peers + 1));
    }

    /** What was left out, and why, in sentences. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** Where the processes run in each placement. */
    public Map<String, String> placements() {
        Map<String, String> described = new LinkedHashMap<>();
        for (Placement placement : availablePlacements()) {
            described.put(placement.label(), cores.describe(placement));
        }
        return described;
    }

    private List<Peer> available() {
        List<Peer> peers = new ArrayList<>();
        for (Peer peer : plan.peers()) {
            peer.unavailable()
                    .ifPresentOrElse(
                            reason -> leaveOut(peer.name() + " is left out: " + reason + "."),
                            () -> peers.add(peer));
        }
        return peers;
    }

    private List<Placement> availablePlacements() {
        List<Placement> placements = new ArrayList<>();
        for (Placement placement : plan.placements()) {
            Optional<String> reason = cores.unavailable(placement);
            if (reason.isEmpty()) {
                placements.add(placement);
            } else {
                leaveOut(
                        "The placement %s is left out: %s."
                                .formatted(placement.label(), reason.get()));
            }
        }
        return placements;
    }

    private void leaveOut(String sentence) {
        if (!leftOut.contains(sentence)) {
            leftOut.add(sentence);
        }
    }

    private void runService(
            String service, List<Task> tasks, List<Peer> peers, List<Placement> placements)
            throws IOException {
        progress.say("starting the servers and clients of the service " + service);
        List<PeerRun> runs = new ArrayList<>();
        for (Peer peer : peers) {
            if (tasks.stream().anyMatch(peer::can)) {
                runs.add(PeerRun.start(peer, service, workspace));
            }
        }
        runs.forEach(PeerRun::connect);
        for (Task task : tasks) {
            runTask(task, runs, placements);
        }
        for (PeerRun run : runs) {
            run.stop(workspace);
        }
    }

    /** No longer than what is measured. */
    private Duration settling() {
        return plan.slice().compareTo(SETTLING) < 0 ? plan.slice() : SETTLING;
    }

    private void runTask(Task task, List<PeerRun> runs, List<Placement> placements) {
        List<PeerRun> able = runs.stream().filter(run -> run.peer().can(task)).toList();
        String what = task.workload() + " " + Sizes.text(task.payload());
        progress.say("warming up for " + what);
        WarmUp warmUp =
                plan.warmUp().within(budget.share(preparing(plan, able.size())), able.size());
        able.forEach(run -> run.pin(cores, Placement.UNPINNED));
        able.forEach(run -> run.warmUp(task, warmUp));
        for (Placement placement : placements) {
            progress.say(what + ", " + placement.label());
            able.forEach(run -> run.pin(cores, placement));
            Map<PeerRun, Measurement> measurements = new LinkedHashMap<>();
            able.forEach(run -> measurements.put(run, run.begin(task, placement, settling())));
            OthersLoad others = OthersLoad.of(runs);
            Duration time = budget.share(measuring(plan, able.size()));
            Duration shortest = plan.slice().dividedBy(SHORTEST_PART);
            new Rounds(plan, progress).measure(measurements, plan.slice(), shortest, time);
            double load = others.cores();
            measurements.forEach((run, of) -> cells.add(run.end(of, load)));
        }
    }
}
