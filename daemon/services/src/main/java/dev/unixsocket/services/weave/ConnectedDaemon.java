package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Calls;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.connections.Connection;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The daemon that connects to the program which owns the socket, and serves one request after the
 * other on that connection: socket(2), connect(2), and for each request read(2), read(2), write(2).
 * It makes no file and removes none.
 *
 * <p>{@link #run} belongs to one thread, the other methods may be called from any.
 */
public final class ConnectedDaemon implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.weave");

    private static final long PAUSE_NANOS = 20_000_000;

    private final Connection connection;

    private ConnectedDaemon(Connection connection) {
        this.connection = connection;
    }

    /**
     * Connects.
     *
     * @param owner where the program that wants pictures listens
     * @throws IOException if nobody listens there
     */
    public static ConnectedDaemon connect(Address owner) throws IOException {
        StreamSocket socket = StreamSocket.closed();
        StreamSocket.connect(owner, Duration.ZERO, Calls.PLAIN, socket);
        LOG.log(Level.INFO, () -> "connected to " + owner);
        return new ConnectedDaemon(new Connection(socket));
    }

    /** As {@link #run(Supplier)}, with the backend that is on the module path. */
    public void run() throws IOException {
        run(Backends.find());
    }

    /**
     * Makes the backend, and serves until the other end closes the connection or until {@link
     * #stop}.
     *
     * @throws IOException if the connection fails; not if the other end has gone
     */
    public void run(Supplier<? extends GenerateBackend> backends) throws IOException {
        ConnectedProtocol protocol = new ConnectedProtocol(backends.get());
        try {
            protocol.serve(connection);
        } catch (SyscallException e) {
            if (e.errno() != Errno.EPIPE && e.errno() != Errno.ECONNRESET) {
                throw e;
            }
            LOG.log(Level.DEBUG, e.getMessage());
        }
        LOG.log(
                Level.INFO,
                connection.isStopping() ? "stopped" : "the connection was closed: stopped");
    }

    /**
     * Lets {@link #run} return after the request in hand; at once if there is none. Its response
     * has 5 seconds to be taken.
     */
    public void stop() {
        connection.stop();
        Thread.ofPlatform().name("stop").daemon().start(this::enforceDeadline);
    }

    private void enforceDeadline() {
        while (connection.socket().isOpen()) {
            connection.deadline().enforce(connection.socket());
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Closes the connection. */
    @Override
    public void close() {
        connection.socket().close();
    }
}
