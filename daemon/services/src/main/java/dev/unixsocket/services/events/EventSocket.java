package dev.unixsocket.services.events;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.ffi.RuntimeDirectory;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.ListenerSpec.Metadata;
import dev.unixsocket.services.wire.Undo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a server listens: {@code NAME.sock} in the socket directory, or a TCP port that {@code
 * NAME.json} there tells clients.
 *
 * <p>Confined to one thread at a time.
 */
final class EventSocket implements Closeable {

    private static final int DIRECTORY_MODE = 0700;

    private final Listener listener;
    private final Closeable end;

    private EventSocket(Listener listener, Closeable end) {
        this.listener = listener;
        this.end = end;
    }

    /** On a listener of AF_UNIX. */
    static EventSocket on(Listener listener, EventSettings settings) {
        return new EventSocket(
                listener, settings.autoRemoveSocket() ? listener : listener.socket());
    }

    /**
     * Over TCP, on the first port of the range that is free.
     *
     * @param spec what else the listener is to be; its lock is that of the channel, and its tags
     *     are those of {@code NAME.json}
     */
    static EventSocket tcp(EventName name, EventSettings settings, ListenerSpec spec)
            throws IOException {
        Path directory = settings.socketDir();
        prepare(directory);
        RuntimeDirectory.requireTrustworthy(directory);
        Undo undo = new Undo();
        try {
            if (spec.locking() == ListenerSpec.Locking.LOCK_FILE) {
                // That of the socket file that it would have over AF_UNIX: a channel has one
                // server.
                undo.push(LockFile.take(LockFile.of(name.socket(directory))));
            }
            TcpSidecar.requireNoLiveOwner(name, directory);
            Listener listener =
                    undo.push(bind(settings.portRangeStart(), settings.portRangeEnd(), spec));
            List<String> tags = spec.metadata().map(Metadata::tags).orElse(List.of());
            undo.push(TcpSidecar.write(name, directory, listener.address(), tags));
            return new EventSocket(listener, undo);
        } catch (IOException | RuntimeException e) {
            undo.closeAfter(e);
            throw e;
        }
    }

    private static Listener bind(int first, int last, ListenerSpec spec) throws IOException {
        for (int port = first; port <= last; port++) {
            try {
                return Listener.open(spec.at(new Address.Loopback(port)));
            } catch (SyscallException e) {
                if (e.errno() != Errno.EADDRINUSE) {
                    throw e;
                }
            }
        }
        throw new EventException.ConnectionFailed(
                "no port of 127.0.0.1 from %d to %d is free".formatted(first, last));
    }

    /** Makes the directory for this user alone; one that is there stays as it is. */
    static void prepare(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            SocketFile.prepareDirectory(directory, DIRECTORY_MODE);
        }
    }

    Listener listener() {
        return listener;
    }

    @Override
    public void close() throws IOException {
        end.close();
    }
}
