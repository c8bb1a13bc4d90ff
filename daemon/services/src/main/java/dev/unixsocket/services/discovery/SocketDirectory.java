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
public final class SocketDirectory implements SocketSource {

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
    @Override
    public List<DiscoveredSocket> scan(Consumer<IOException> problem) throws IOException {
        return scan(Scan.DEFAULT, problem);
    }

    /** As {@link #scan(Consumer)}, looking further. What cannot be read below it is left out. */
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
                Optional.empty(),
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
     * {@inheritDoc} A listener that dies without touching its file is noticed within the interval.
     *
     * @throws IOException if the directory cannot be watched
     */
    @Override
    public SocketWatch changes(Consumer<SocketChange> listener, Duration interval)
            throws IOException {
        return DirectoryWatch.start(directory, listener, interval);
    }

    /** Does nothing: a directory holds nothing open, and its watches are closed by themselves. */
    @Override
    public void close() {}
}
