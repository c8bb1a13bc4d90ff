package dev.unixsocket.services.events;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.ffi.RuntimeDirectory;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.ListenerPlan;
import dev.unixsocket.services.server.OpenListener;

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
public final class EventSocket implements Closeable {

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

    /** Makes a listener on a port. */
    @FunctionalInterface
    public interface Binder {
        OpenListener bind(Address.Loopback port) throws IOException;
    }

    /**
     * How to listen over TCP.
     *
     * @param locking whether to keep a second server of the channel out
     * @param tags what the user wants to find it by
     * @param binder what makes the listener
     */
    public record TcpPlan(ListenerPlan.Locking locking, List<String> tags, Binder binder) {}

    /** Over TCP, on the first port of the range that is free. */
    static EventSocket tcp(EventName name, EventSettings settings, TcpPlan plan)
            throws IOException {
        prepare(settings.socketDir());
        Closeable lock = lock(name, settings.socketDir(), plan.locking());
        try {
            TcpSidecar.requireNoLiveOwner(name, settings.socketDir());
            OpenListener open =
                    bind(settings.portRangeStart(), settings.portRangeEnd(), plan.binder());
            Closeable sidecar = describe(name, settings.socketDir(), plan.tags(), open);
            return new EventSocket(
                    open,
                    () -> {
                        try (lock;
                                open) {
                            sidecar.close();
                        }
                    });
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** The lock of the socket file that it would have over AF_UNIX: a channel has one server. */
    private static Closeable lock(EventName name, Path directory, ListenerPlan.Locking locking)
            throws IOException {
        RuntimeDirectory.requireTrustworthy(directory);
        return switch (locking) {
            case LOCK_FILE -> LockFile.take(LockFile.of(name.socket(directory)));
            case NONE -> () -> {};
        };
    }

    private static Closeable describe(
            EventName name, Path directory, List<String> tags, OpenListener open)
            throws IOException {
        try {
            return TcpSidecar.write(name, directory, open.address(), tags);
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private static OpenListener bind(int first, int last, Binder binder) throws IOException {
        for (int port = first; port <= last; port++) {
            try {
                return binder.bind(new Address.Loopback(port));
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
    public static void prepare(Path directory) throws IOException {
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
