package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Usage;
import dev.unixsocket.bench.results.Cell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A peer through the whole run: once something of it has failed, it stays failed, and the others go
 * on without it.
 */
final class PeerRun {

    private static final Duration MOMENT = Duration.ofMillis(1);

    private final Peer peer;
    private final Path errors;
    private Optional<RunningPeer> running = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private Cell.WarmUp warmUp = new Cell.WarmUp(0, 0, true);
    private boolean warm;

    private PeerRun(Peer peer, Path errors) {
        this.peer = peer;
        this.errors = errors;
    }

    static PeerRun start(Peer peer, String service, Workspace workspace) throws IOException {
        return start(peer, service, workspace, List.of());
    }

    /** As {@link #start(Peer, String, Workspace)}, with words in front of the server's command. */
    static PeerRun start(Peer peer, String service, Workspace workspace, List<String> prefix)
            throws IOException {
        PeerRun run =
                new PeerRun(peer, workspace.folder().resolve(peer.name() + "-" + service + ".err"));
        run.attempt(
                () -> {
                    RunningPeer started =
                            RunningPeer.start(
                                    peer, service, workspace.folder(), prefix, run.errors);
                    workspace.keep(started);
                    run.running = Optional.of(started);
                });
        return run;
    }

    Peer peer() {
        return peer;
    }

    List<Long> pids() {
        return running.map(RunningPeer::pids).orElse(List.of());
    }

    void connect() {
        attempt(() -> running.orElseThrow().connect());
    }

    void pin(Cores cores, Placement placement) {
        attempt(() -> running.orElseThrow().pin(cores, placement));
    }

    /** Puts the client on those cores, and leaves the server where it is. */
    void pinClient(Cores cores, String list) {
        attempt(() -> running.orElseThrow().pinClient(cores, list));
    }

    /**
     * Warms up: the first time for long, then, for another task, until it is steady again. What
     * nothing compiles needs no long time.
     */
    void warmUp(Task task, WarmUp how, Duration most) {
        attempt(
                () -> {
                    WarmUp one = warm || !peer.isCompiledAsItRuns() ? how.again() : how;
                    warmUp = one.within(most).run(running.orElseThrow(), task);
                    warm = true;
                });
    }

    /** Opens the connections of a task, and closes those of another; nothing is measured. */
    void open(Task task) {
        attempt(() -> running.orElseThrow().measure(task, MOMENT));
    }

    /** Begins a measurement, after a slice that does not count. */
    Measurement begin(Task task, Placement placement, Duration settling) {
        attempt(() -> running.orElseThrow().measure(task, settling));
        return new Measurement(peer, task, placement, warmUp);
    }

    void measure(Measurement into, int round, Duration slice) {
        attempt(() -> into.add(round, running.orElseThrow().measure(into.task(), slice)));
    }

    /** Measures it a second time in that round. */
    void measureAgain(Measurement into, int round, Duration slice) {
        attempt(() -> into.addAgain(round, running.orElseThrow().measure(into.task(), slice)));
    }

    /** Warms up as an open loop, at nine tenths of what a closed one makes. */
    void warmUpPaced(Task task, WarmUp how) {
        attempt(() -> warmUp = how.runPaced(running.orElseThrow(), task));
    }

    /** How it warmed up last. */
    Cell.WarmUp warmedUp() {
        return warmUp;
    }

    /** Begins the task that often in a second; empty when it has failed. */
    Optional<PacedSlice> pace(Task task, Duration time, int perSecond) {
        return result(peer -> peer.pace(task, time, perSecond));
    }

    /** Why it goes on no more; empty if nothing failed. */
    Optional<String> failure() {
        return failure;
    }

    /** What the server uses so far; nothing when it has failed. */
    Usage serverUsage() {
        return result(RunningPeer::serverUsage).orElse(Usage.NONE);
    }

    /** Bytes that the server holds: see {@link RunningPeer#footprint}. */
    Optional<Long> footprint() {
        return result(RunningPeer::footprint);
    }

    Cell end(Measurement measurement, double othersLoad) {
        measurement.othersLoad(othersLoad);
        failure.ifPresent(measurement::fail);
        return measurement.toCell();
    }

    /** Stops all of them at once: a JVM takes its time to end. */
    static void stopAll(List<PeerRun> runs, Workspace workspace) throws IOException {
        List<Future<Void>> stopping = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (PeerRun run : runs) {
                run.running.ifPresent(
                        peer ->
                                stopping.add(
                                        threads.submit(
                                                () -> {
                                                    workspace.letGo(peer);
                                                    return null;
                                                })));
            }
        }
        for (Future<Void> one : stopping) {
            if (one.state() == Future.State.FAILED) {
                throw new IOException("a peer did not stop", one.exceptionNow());
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private interface Question<T> {
        T of(RunningPeer peer) throws IOException;
    }

    private <T> Optional<T> result(Question<T> question) {
        List<T> answers = new ArrayList<>();
        attempt(() -> answers.add(question.of(running.orElseThrow())));
        return answers.stream().findFirst();
    }

    private void attempt(Step step) {
        if (failure.isPresent()) {
            return;
        }
        try {
            step.run();
        } catch (IOException e) {
            failure = Optional.of(e.getMessage() + firstError());
            running.ifPresent(RunningPeer::close); // what is left of it would only be in the way
        }
    }

    /** The first line that a process of its own said on standard error. */
    private String firstError() {
        try {
            return Files.readAllLines(errors).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("WARNING"))
                    .findFirst()
                    .map(line -> " (" + line.strip() + ")")
                    .orElse("");
        } catch (IOException nothingSaid) {
            return "";
        }
    }
}
