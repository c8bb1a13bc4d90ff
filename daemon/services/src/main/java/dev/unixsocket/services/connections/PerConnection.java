package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.SocketClosedException;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.wire.ThreadEnd;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves connections that stay open, side by side, each on a virtual thread of its own. Those past
 * the limit are told so.
 *
 * <p>Thread-safe. The listener stays its owner's.
 */
public final class PerConnection {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** How many peers may be told at once that there is no room; more are just closed. */
    private static final int REFUSALS = 16;

    private final Listener listener;
    private final Admission admission;
    private final int limit;
    private final Protocol protocol;
    private final Map<Thread, Connection> connections = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    /**
     * A server that has not started.
     *
     * @param listener where connections come to
     * @param limit how many connections are served at once, at least 1
     * @param protocol called by all of their threads
     */
    public PerConnection(Listener listener, int limit, Protocol protocol) {
        if (limit < 1) {
            throw new IllegalArgumentException(
                    "a server has room for at least 1 connection, not " + limit);
        }
        this.listener = listener;
        this.admission = new Admission(listener);
        this.limit = limit;
        this.protocol = protocol;
    }

    /** Serves until {@link #stop}. Returns when the last connection has ended. */
    public void run() {
        AcceptFailure failure = new AcceptFailure(listener.meter());
        while (!stopping) {
            StreamListener socket = listener.socket();
            try {
                welcome(socket.accept());
            } catch (SocketClosedException e) {
                if (socket != listener.socket()) {
                    listener.closeFormer();
                } else if (!socket.isOpen()) {
                    break;
                }
            } catch (SyscallException e) {
                if (!stopping && e.call().equals("accept") && !failure.hasPassed(e)) {
                    LOG.log(Level.ERROR, e.getMessage());
                    break;
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, e.getMessage());
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a connection could not be served", e);
            }
        }
        stop();
        turnAway();
        connections.keySet().forEach(ThreadEnd::await);
    }

    /**
     * Ends the connections that have come and were not accepted, so that their peers need not wait
     * for the listener to be closed. On a listener that the service manager passed they wait for
     * the next process.
     */
    private void turnAway() {
        if (!listener.isPassed()) {
            StreamSocket late = StreamSocket.closed();
            try {
                while (listener.socket().acceptNow(late)) {
                    late.close();
                }
            } catch (IOException noMore) {
                late.close(); // or none that this process can accept
            }
        }
    }

    /** Accepts no more, and asks each connection to end. A second call does no harm. */
    public void stop() {
        stopping = true;
        listener.stopAccepting();
        connections.values().forEach(Connection::stop);
    }

    private void welcome(StreamSocket socket) throws IOException {
        Connection connection = new Connection(socket);
        try {
            int open = connections.size();
            if (!admission.admits(connection)) {
                socket.close();
            } else if (open < limit) {
                start(connection, protocol::serve);
            } else {
                listener.meter().refused(Meter.Refusal.NO_ROOM);
                turnDown(connection, open);
            }
        } catch (IOException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private void turnDown(Connection connection, int open) {
        if (open < limit + REFUSALS) {
            start(connection, protocol::refuse);
        } else {
            connection.close();
        }
    }

    private void start(Connection connection, Protocol protocol) {
        Thread thread =
                Thread.ofVirtual().name("connection").unstarted(() -> serve(connection, protocol));
        connections.put(thread, connection);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            connections.remove(thread);
            throw e;
        }
        if (stopping) {
            connection.stop(); // stop() may have come before this one was there
        }
    }

    private void serve(Connection connection, Protocol protocol) {
        try {
            protocol.serve(connection);
        } catch (SocketClosedException e) {
            // closed by this process, on purpose
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "connection of " + connection + ": " + e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "connection of " + connection + " failed", e);
        } finally {
            connection.close();
            connections.remove(Thread.currentThread());
        }
    }
}
