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

    /** A server and a client, two JVMs as a rule, on a machine that is not slow. */
    static final Duration STARTING = Duration.ofMillis(1400);

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
        for (String service : services(plan)) {
            runService(service, tasks(plan, service), peers, placements);
        }
        return cells;
    }

    /** How long all of a plan takes on a machine that is not slow. */
    public static Duration planned(Plan plan) {
        Duration all = Duration.ZERO;
        for (String service : services(plan)) {
            List<Task> tasks = tasks(plan, service);
            WarmUp warmUp = plan.warmUp();
            all = all.plus(STARTING.multipliedBy(peers(plan, tasks).size()));
            for (Task task : tasks) {
                int able = plan.peers(task).size();
                all = all.plus(warmUp.expected(1).multipliedBy(able));
                warmUp = warmUp.again();
                int places = plan.placements().size();
                all = all.plus(measuring(plan, task, able).multipliedBy(places));
            }
        }
        return all;
    }

    private static List<String> services(Plan plan) {
        return plan.tasks().stream().map(Task::service).distinct().toList();
    }

    private static List<Task> tasks(Plan plan, String service) {
        return plan.tasks().stream().filter(task -> task.service().equals(service)).toList();
    }

    /** Those that one of the tasks is measured with. */
    private static List<Peer> peers(Plan plan, List<Task> tasks) {
        return plan.peers().stream()
                .filter(peer -> tasks.stream().anyMatch(task -> plan.peers(task).contains(peer)))
                .toList();
    }

    /** How long so many peers are measured in one placement. */
    private static Duration measuring(Plan plan, Task task, int peers) {
        return plan.slice(task).multipliedBy((long) plan.rounds() * (peers + 1));
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
        if (budget.isOver()) {
            tasks.forEach(this::thereIsNoTimeFor);
            return;
        }
        progress.say("starting the servers and clients of the service " + service);
        List<Peer> able = peers(plan, tasks).stream().filter(peers::contains).toList();
        budget.share(STARTING.multipliedBy(able.size()));
        List<PeerRun> runs = new ArrayList<>();
        for (Peer peer : able) {
            runs.add(PeerRun.start(peer, service, workspace));
        }
        runs.forEach(PeerRun::connect);
        // Until the last client has started: nobody is to warm up beside JVMs that start.
        runs.forEach(run -> run.open(firstTask(run.peer(), tasks)));
        WarmUp warmUp = plan.warmUp();
        for (Task task : tasks) {
            if (budget.isOver()) {
                thereIsNoTimeFor(task);
            } else {
                runTask(task, runs, warmUp, placements);
            }
            warmUp = warmUp.again();
        }
        PeerRun.stopAll(runs, workspace);
    }

    private Task firstTask(Peer peer, List<Task> tasks) {
        return tasks.stream()
                .filter(task -> plan.peers(task).contains(peer))
                .findFirst()
                .orElseThrow();
    }

    private void thereIsNoTimeFor(Task task) {
        leaveOut(what(task) + " is left out: there was no time left for it (--limit).");
    }

    private static String what(Task task) {
        return task.workload() + " " + Sizes.text(task.payload());
    }

    /** No longer than what is measured. */
    private Duration settling() {
        return plan.slice().compareTo(SETTLING) < 0 ? plan.slice() : SETTLING;
    }

    private void runTask(Task task, List<PeerRun> runs, WarmUp warmUp, List<Placement> placements) {
        List<Peer> peers = plan.peers(task);
        List<PeerRun> able = runs.stream().filter(run -> peers.contains(run.peer())).toList();
        progress.say("warming up for " + what(task));
        able.forEach(run -> run.pin(cores, Placement.UNPINNED));
        Duration each = warmUp.expected(1);
        Budget time = budget.part(each.multipliedBy(able.size()));
        able.forEach(run -> run.warmUp(task, plan.warmUp(), time.elasticShare(each)));
        for (Placement placement : placements) {
            progress.say(what(task) + ", " + placement.label());
            able.forEach(run -> run.pin(cores, placement));
            Map<PeerRun, Measurement> measurements = new LinkedHashMap<>();
            able.forEach(run -> measurements.put(run, run.begin(task, placement, settling())));
            OthersLoad others = OthersLoad.of(runs);
            Duration slice = plan.slice(task);
            Duration all = budget.share(measuring(plan, task, able.size()));
            new Rounds(plan, progress)
                    .measure(measurements, slice, slice.dividedBy(Rounds.SHORTEST_PART), all);
            double load = others.cores();
            measurements.forEach((run, of) -> cells.add(run.end(of, load)));
        }
    }
}
