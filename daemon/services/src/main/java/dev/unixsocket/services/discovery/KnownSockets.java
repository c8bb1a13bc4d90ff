package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.SocketProbe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sockets of a directory as they were when it was last looked at. Each look tells what is
 * different.
 *
 * <p>Confined to one thread.
 */
final class KnownSockets {

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

        boolean pending() {
            return phase == Phase.NEW || phase == Phase.DOUBTFUL;
        }
    }

    private final Path directory;
    private final Consumer<SocketChange> listener;
    private final Map<Path, Known> sockets = new HashMap<>();

    KnownSockets(Path directory, Consumer<SocketChange> listener) {
        this.directory = directory;
        this.listener = listener;
    }

    /** Whether there is a socket that may become ready without a change to its file. */
    boolean somePending() {
        return sockets.values().stream().anyMatch(Known::pending);
    }

    /** Looks for files that came and went, and whether those that came are ready. */
    void look() throws IOException {
        Map<Path, SocketFileInfo> now = SocketFiles.list(directory, Scan.Depth.FLAT).byPath();
        for (Known known : List.copyOf(sockets.values())) {
            SocketFileInfo file = now.get(known.file.path());
            if (file == null || !file.identity().equals(known.file.identity())) {
                forget(known);
            }
        }
        for (SocketFileInfo file : now.values()) {
            if (!sockets.containsKey(file.path())) {
                put(new Known(file, Phase.NEW, SocketProbe.Type.UNKNOWN));
                tell(SocketEvent.Kind.APPEARED, file.path());
            }
        }
        for (Known known : List.copyOf(sockets.values())) {
            if (known.pending()) {
                test(known);
            }
        }
    }

    private void test(Known known) {
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
            case BOUND, GONE -> {}
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

    private void put(Known known) {
        sockets.put(known.file.path(), known);
    }

    private void forget(Known known) {
        sockets.remove(known.file.path());
        tell(SocketEvent.Kind.DISAPPEARED, known.file.path());
    }

    private void tell(SocketEvent.Kind kind, Path path) {
        SocketEvent event = new SocketEvent(kind, path);
        listener.accept(new SocketChange(event, Optional.empty(), Optional.empty()));
    }
}
