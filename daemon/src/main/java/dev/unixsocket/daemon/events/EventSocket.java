package dev.unixsocket.daemon.events;

import dev.unixsocket.daemon.server.ServerSocket;
import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.SyscallException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server listens: {@code NAME.sock} in the socket directory, or a TCP port that {@code
 * NAME.json} there tells clients.
 *
 * <p>Thread-safe.
 */
final class EventSocket implements Closeable {

    private static final int DIRECTORY_MODE = 0700;

    private final ServerSocket socket;
    private final Optional<Sidecar> sidecar;
    private final Closeable owner;

    private EventSocket(ServerSocket socket, Optional<Sidecar> sidecar, Closeable owner) {
        this.socket = socket;
        this.sidecar = sidecar;
        this.owner = owner;
    }

    /** Over AF_UNIX. */
    static EventSocket unix(EventName name, EventSettings settings) throws IOException {
        prepare(settings.socketDir());
        ServerSocket socket =
                ServerSocket.listen(
                        Address.path(name.socket(settings.socketDir())),
                        settings.socketPermissions());
        return new EventSocket(
                socket, Optional.empty(), settings.autoRemoveSocket() ? socket : socket.listener());
    }

    /** Over TCP, on the first port of the range that is free. */
    static EventSocket tcp(EventName name, EventSettings settings) throws IOException {
        prepare(settings.socketDir());
        Sidecar.requireNoLiveOwner(name, settings.socketDir());
        ServerSocket socket = bind(settings.portRangeStart(), settings.portRangeEnd());
        try {
            Sidecar sidecar =
                    Sidecar.write(name, settings.socketDir(), socket.listener().address());
            return new EventSocket(socket, Optional.of(sidecar), socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static ServerSocket bind(int first, int last) throws IOException {
        for (int port = first; port <= last; port++) {
            try {
                return ServerSocket.listen(Address.loopback(port));
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
    private static void prepare(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            SocketFile.prepareDirectory(directory, DIRECTORY_MODE);
        }
    }

    StreamListener listener() {
        return socket.listener();
    }

    @Override
    public void close() throws IOException {
        try {
            if (sidecar.isPresent()) {
                sidecar.get().remove();
            }
        } finally {
            owner.close();
        }
    }
}
