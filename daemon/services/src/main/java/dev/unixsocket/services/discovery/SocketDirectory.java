package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.SocketProbe;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Finds the sockets of a directory by their files.
 *
 * <pre>{@code
 * for (DiscoveredSocket socket : SocketDirectory.of(Path.of("/run/user/1000")).scan()) {
 *     System.out.println(socket.path() + " " + socket.state());
 * }
 * }</pre>
 *
 * <p>Immutable, thread-safe.
 */
public final class SocketDirectory {

    /** How often {@link #watch(Consumer)} looks for listeners that died. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

    /** How many sockets are looked at at once; a handshake may take {@link Scan#LIMIT}. */
    private static final int AT_ONCE = 32;

    private final Path directory;

    private SocketDirectory(Path directory) {
        this.directory = directory;
    }

    /** That directory; it need not be there yet. */
    public static SocketDirectory of(Path directory) {
        return new SocketDirectory(directory);
    }

    /** Its path. */
    public Path path() {
        return directory;
    }

    /**
     * Looks at every socket in it: makes a test connection, asks the kernel who listens, and reads
     * metadata. Sends nothing, and waits for nobody: a listener whose backlog is full listens.
     *
     * @return sorted by path
     * @throws IOException if the directory cannot be read
     */
    public List<DiscoveredSocket> scan() throws IOException {
        return scan(Scan.DEFAULT);
    }

    /** As {@link #scan()}, looking further. What cannot be read below it is left out. */
    public List<DiscoveredSocket> scan(Scan scan) throws IOException {
        return scan(scan, failure -> {});
    }

    /**
     * As {@link #scan(Scan)}.
     *
     * @param unread called for each directory that could not be read, or not all of what is in it
     */
    public List<DiscoveredSocket> scan(Scan scan, Consumer<IOException> unread) throws IOException {
        SocketFiles files = SocketFiles.list(directory, scan.depth());
        files.unread().forEach(unread);
        return probe(files.sockets(), scan.handshake());
    }

    private static List<DiscoveredSocket> probe(
            Collection<SocketFileInfo> files, Scan.Handshake handshake) {
        KnownNames names = new KnownNames();
        int threads = Math.clamp(files.size(), 1, AT_ONCE);
        // platform threads: a system call would pin a virtual one
        try (ExecutorService probes =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("probe-", 0).factory())) {
            List<Future<Optional<DiscoveredSocket>>> answers = new ArrayList<>();
            for (SocketFileInfo file : files) {
                answers.add(probes.submit(() -> probe(file, handshake, names)));
            }
            List<DiscoveredSocket> found = new ArrayList<>();
            for (Future<Optional<DiscoveredSocket>> answer : answers) {
                answer.get().ifPresent(found::add);
            }
            return found;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking at sockets", e);
        }
    }

    private static Optional<DiscoveredSocket> probe(
            SocketFileInfo file, Scan.Handshake handshake, KnownNames names) {
        SocketProbe probe = SocketProbe.connect(file.path());
        if (probe.state() == SocketProbe.State.GONE) {
            return Optional.empty();
        }
        boolean ask =
                handshake == Scan.Handshake.ON
                        && probe.state() == SocketProbe.State.LISTENING
                        && probe.type() == SocketProbe.Type.STREAM;
        return Optional.of(
                describe(file, probe, ask ? Scan.Handshake.ON : Scan.Handshake.OFF, names));
    }

    /** A socket that a probe was made of, with its metadata as it is now. */
    static DiscoveredSocket describe(
            SocketFileInfo file, SocketProbe probe, Scan.Handshake handshake, KnownNames names) {
        Optional<Integer> pid = probe.peer().map(peer -> peer.pid());
        return new DiscoveredSocket(
                file.path(),
                SocketState.of(probe.state()),
                probe.type(),
                file.mode(),
                file.uid(),
                names.owner(file),
                pid,
                pid.flatMap(names::command),
                MetadataReader.read(file, handshake));
    }

    /**
     * Tells of sockets that come, become ready, go stale and go, until it is closed. Those that are
     * there already are told of first. A listener that dies without touching its file is noticed
     * within two seconds.
     *
     * @param listener called on one thread of the watch's own
     * @throws IOException if the directory cannot be watched
     */
    public SocketWatch watch(Consumer<SocketEvent> listener) throws IOException {
        return watch(listener, DEFAULT_INTERVAL);
    }

    /** As {@link #watch(Consumer)}, noticing a listener's death within that time. */
    public SocketWatch watch(Consumer<SocketEvent> listener, Duration interval) throws IOException {
        return changes(change -> listener.accept(change.event()), interval);
    }

    /** As {@link #watch(Consumer, Duration)}, telling more. */
    public SocketWatch changes(Consumer<SocketChange> listener, Duration interval)
            throws IOException {
        return SocketWatch.start(directory, listener, interval);
    }
}
