package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;

import one.profiler.AsyncProfilerLoader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One peer under async-profiler: a flame graph of the processor time of each Java process. */
public final class Profile {

    private static final String INTERVAL = "1ms";

    private final Path folder;
    private final Path library;
    private final List<Path> graphs = new ArrayList<>();

    private Profile(Path folder, Path library) {
        this.folder = folder;
        this.library = library;
    }

    /** Why there is no profiler here, and what to do; empty if there is one. */
    public static Optional<String> unavailable() {
        return AsyncProfilerLoader.isSupported()
                ? Optional.empty()
                : Optional.of(
                        "async-profiler is not made for this system; Java's own recorder is in the"
                                + " JDK: -XX:StartFlightRecording");
    }

    /**
     * Lets a peer repeat a task, and profiles it from the start of its processes to their end.
     *
     * @param peer at least one side of which is Java
     * @param folder for the flame graphs; it is made
     * @return where they are
     * @throws IOException if the peer fails
     * @throws IllegalArgumentException if the peer is not measured with that task, or is all of C
     */
    public static List<Path> of(Peer peer, Task task, Duration time, Path folder)
            throws IOException {
        if (!peer.can(task)) {
            throw new IllegalArgumentException(
                    "%s is not measured with %s of %d bytes"
                            .formatted(peer.name(), task.workload(), task.payload()));
        }
        if (Stream.of(peer.client(), peer.server()).noneMatch(Program.Java.class::isInstance)) {
            throw new IllegalArgumentException(
                    peer.name()
                            + " has no Java process that the benchmarks start; perf(1) profiles"
                            + " other programs");
        }
        Files.createDirectories(folder);
        try (Workspace workspace = Workspace.open()) {
            AsyncProfilerLoader.setExtractionDirectory(workspace.folder());
            Profile profile =
                    new Profile(
                            folder.toAbsolutePath(), AsyncProfilerLoader.getAsyncProfilerPath());
            profile.run(peer, task, time, workspace);
            return profile.graphs;
        }
    }

    private void run(Peer peer, Task task, Duration time, Workspace workspace) throws IOException {
        Peer profiled =
                new Peer(
                        peer.name(),
                        peer.about(),
                        peer.workloads(),
                        peer.largestPayload(),
                        peer.kind(),
                        profiled(peer, peer.client(), "client"),
                        profiled(peer, peer.server(), "server"));
        RunningPeer running =
                RunningPeer.start(
                        profiled,
                        task.service(),
                        workspace.folder(),
                        List.of(),
                        workspace.folder().resolve("errors"));
        workspace.keep(running);
        running.connect();
        running.measure(task, time);
        workspace.letGo(running); // the profiler writes when a JVM ends
    }

    private Program profiled(Peer peer, Program program, String side) {
        if (!(program instanceof Program.Java java)) {
            return program;
        }
        Path graph = folder.resolve(peer.name() + "-" + side + ".html");
        Path log = library.resolveSibling(side + ".log");
        graphs.add(graph);
        List<String> options = new ArrayList<>(java.options());
        options.add(
                // Its log elsewhere: by standard output the peer talks with the harness.
                "-agentpath:%s=start,event=cpu,interval=%s,flamegraph,title=%s %s,log=%s,file=%s"
                        .formatted(library, INTERVAL, peer.name(), side, log, graph));
        return new Program.Java(java.transport(), java.pause(), options);
    }
}
