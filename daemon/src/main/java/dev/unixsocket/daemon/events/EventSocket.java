package dev.unixsocket.daemon.events;

import dev.unixsocket.daemon.server.AccessPolicy;
import dev.unixsocket.daemon.server.ListenerPlan;
import dev.unixsocket.daemon.server.OpenListener;
import dev.unixsocket.daemon.server.Sidecar;
import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.SyscallException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Where a server listens: {@code NAME.sock} in the socket directory, or a TCP port that {@code
 * NAME.json} there tells clients.
 *
 * <p>Confined to one thread at a time.
 */
final class EventSocket implements Closeable {

    private static final int DIRECTORY_MODE = 0700;

    private final OpenListener open;
    private final Closeable end;

    private EventSocket(OpenListener open, Closeable end) {
        this.open = open;
        this.end = end;
    }

    /** Over AF_UNIX. */
    static EventSocket unix(EventName name, EventSettings settings, AccessPolicy policy)
            throws IOException {
        prepare(settings.socketDir());
        ListenerPlan plan =
                ListenerPlan.locked(Address.path(name.socket(settings.socketDir())), policy)
                        .withMode(settings.socketPermissions());
        return on(OpenListener.open(plan), settings);
    }

    /** On a listener that is there. */
    static EventSocket on(OpenListener open, EventSettings settings) {
        return new EventSocket(open, settings.autoRemoveSocket() ? open : open.listener());
    }

    /** Over TCP, on the first port of the range that is free. */
    static EventSocket tcp(EventName name, EventSettings settings, AccessPolicy policy)
            throws IOException {
        prepare(settings.socketDir());
        TcpSidecar.requireNoLiveOwner(name, settings.socketDir());
        OpenListener open = bind(settings.portRangeStart(), settings.portRangeEnd(), policy);
        try {
            Sidecar sidecar = TcpSidecar.write(name, settings.socketDir(), open.address());
            return new EventSocket(
                    open,
                    () -> {
                        try (open) {
                            sidecar.close();
                        }
                    });
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private static OpenListener bind(int first, int last, AccessPolicy policy) throws IOException {
        for (int port = first; port <= last; port++) {
            try {
                return OpenListener.open(ListenerPlan.locked(Address.loopback(port), policy));
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

    OpenListener open() {
        return open;
    }

    @Override
    public void close() throws IOException {
        end.close();
    }
}
