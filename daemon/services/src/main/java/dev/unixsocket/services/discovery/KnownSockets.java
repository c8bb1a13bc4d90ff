package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.SocketProbe;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sockets of a directory as they were when they were last looked at, all of them or one by its
 * name. Each look tells what is different. A look at one name takes the same time however many
 * sockets there are.
 *
 * <p>Confined to one thread.
 */
final class KnownSockets {

    /**
     * From the first test of a socket that is not ready to the second; each next one waits twice as
     * long.
     */
    private static final Duration FIRST_RETRY = Duration.ofMillis(5);

    private enum Phase {
        /** There, and not seen listening. */
        NEW,
        /** As {@link #NEW}, and seemed stale: a socket being bound does, for a moment. */
        DOUBTFUL,
        /** Was seen listening. */
        LISTENING,
        /** Nobody is behind it. */
        STALE,
        /** Cannot be judged by this user. */
        OPAQUE
    }

    private record Known(SocketFileInfo file, Phase phase, SocketProbe.Type type) {
        Known in(Phase next) {
            return new Known(file, next, type);
        }

        boolean isPending() {
            return phase == Phase.NEW || phase == Phase.DOUBTFUL;
        }

        boolean mayBecomeReady() {
            return isPending() || phase == Phase.OPAQUE;
        }
    }

    /**
     * The next test of a socket that may become ready without a change to its file.
     *
     * @param due by the clock of {@link System#nanoTime}
     * @param pauseNanos since the test before
     */
    private record Retry(long due, long pauseNanos) {}

    private final Path directory;
    private final Consumer<SocketChange> listener;
    private final long longestPauseNanos;
    private final Map<Path, Known> sockets = new HashMap<>();
    private final Map<Path, Retry> retries = new HashMap<>();

    /**
     * Not looked at yet.
     *
     * @param longestPause between two tests of a socket that is not ready; then, {@link #lookAtAll}
     *     alone tests it
     */
    KnownSockets(Path directory, Consumer<SocketChange> listener, Duration longestPause) {
        this.directory = directory;
        this.listener = listener;
        this.longestPauseNanos = longestPause.toNanos();
    }

    /** Lists the directory for files that came and went, and tests those that were not ready. */
    void lookAtAll() throws IOException {
        Map<Path, SocketFileInfo> now = SocketFiles.list(directory, Scan.Depth.FLAT).byPath();
        for (Known known : List.copyOf(sockets.values())) {
            Path path = known.file.path();
            if (isOther(known, Optional.ofNullable(now.get(path)))) {
                forget(known);
            } else if (known.mayBecomeReady() && !retries.containsKey(path)) {
                test(known, longestPauseNanos);
            }
        }
        List<Path> came = new ArrayList<>();
        for (SocketFileInfo file : now.values()) {
            if (!sockets.containsKey(file.path())) {
                appear(file);
                came.add(file.path());
            }
        }
        came.forEach(path -> test(sockets.get(path), FIRST_RETRY.toNanos()));
    }

    /** Looks at one path of the directory, where a file came or changed. */
    void lookAt(Path path) {
        Optional<SocketFileInfo> now = SocketFileInfo.read(path);
        forgetIfOther(path, now);
        if (!sockets.containsKey(path)) {
            now.ifPresent(this::appear);
        }
        Known known = sockets.get(path);
        if (known != null && known.mayBecomeReady() && known.phase != Phase.DOUBTFUL) {
            test(known, FIRST_RETRY.toNanos()); // one in doubt has to wait for its retry
        }
    }

    /**
     * Looks at one path of the directory, from which a file went; what came there has its own
     * event.
     */
    void lookAtGone(Path path) {
        forgetIfOther(path, SocketFileInfo.read(path));
    }

    private void forgetIfOther(Path path, Optional<SocketFileInfo> now) {
        Known known = sockets.get(path);
        if (known != null && isOther(known, now)) {
            forget(known);
        }
    }

    private static boolean isOther(Known known, Optional<SocketFileInfo> now) {
        return now.isEmpty() || !now.get().identity().equals(known.file.identity());
    }

    /** How long until {@link #retry} has something to do, in nanoseconds. */
    long nanosUntilRetry() {
        long now = System.nanoTime();
        long least = Long.MAX_VALUE;
        for (Retry retry : retries.values()) {
            least = Math.min(least, retry.due - now);
        }
        return least;
    }

    /** Tests the sockets that were not ready and are due. */
    void retry() {
        long now = System.nanoTime();
        List<Path> due = new ArrayList<>();
        retries.forEach(
                (path, retry) -> {
                    if (retry.due - now <= 0) {
                        due.add(path);
                    }
                });
        for (Path path : due) {
            test(sockets.get(path), 2 * retries.get(path).pauseNanos);
        }
    }

    /** Tests a socket; one that is not ready then is tested again after a pause. */
    private void test(Known known, long pauseNanos) {
        Path path = known.file.path();
        SocketProbe probe = SocketProbe.connect(path);
        switch (probe.state()) {
            case LISTENING -> {
                put(new Known(known.file, Phase.LISTENING, probe.type()));
                SocketEvent event = new SocketEvent(SocketEvent.Kind.LISTENING, path);
                listener.accept(new SocketChange(event, Optional.of(probe), Optional.empty()));
            }
            case STALE -> {
                if (known.phase == Phase.DOUBTFUL) {
                    put(known.in(Phase.STALE));
                    tell(SocketEvent.Kind.STALE, path);
                } else {
                    put(known.in(Phase.DOUBTFUL));
                }
            }
            case REFUSED, UNKNOWN -> put(known.in(Phase.OPAQUE));
            case BOUND -> put(known.in(Phase.NEW));
            case GONE -> {}
        }
        if (sockets.get(path).isPending() && pauseNanos < longestPauseNanos) {
            retries.put(path, new Retry(System.nanoTime() + pauseNanos, pauseNanos));
        } else {
            retries.remove(path);
        }
    }

    /** Whether those that listened still do, asked so that they do not notice. */
    void checkAlive() {
        for (Known known : List.copyOf(sockets.values())) {
            if (known.phase == Phase.LISTENING) {
                Path path = known.file.path();
                if (SocketProbe.presence(path, known.type) == SocketProbe.State.STALE) {
                    put(known.in(Phase.STALE));
                    tell(SocketEvent.Kind.STALE, path);
                }
            }
        }
    }

    /** The directory is gone, and all that was in it. */
    void forgetAll() {
        List.copyOf(sockets.values()).forEach(this::forget);
    }

    private void appear(SocketFileInfo file) {
        put(new Known(file, Phase.NEW, SocketProbe.Type.UNKNOWN));
        tell(SocketEvent.Kind.APPEARED, file.path());
    }

    private void put(Known known) {
        sockets.put(known.file.path(), known);
    }

    private void forget(Known known) {
        sockets.remove(known.file.path());
        retries.remove(known.file.path());
        tell(SocketEvent.Kind.DISAPPEARED, known.file.path());
    }

    private void tell(SocketEvent.Kind kind, Path path) {
        SocketEvent event = new SocketEvent(kind, path);
        listener.accept(new SocketChange(event, Optional.empty(), Optional.empty()));
    }
}
