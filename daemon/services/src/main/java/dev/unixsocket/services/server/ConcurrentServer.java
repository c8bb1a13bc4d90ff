package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.SocketClosedException;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves connections that stay open, side by side, each on a platform thread of its own, since a
 * blocking system call would pin a virtual one. Connections past the limit are told so.
 *
 * <p>Thread-safe. The listener stays its owner's.
 */
public final class ConcurrentServer {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** How many peers may be told at once that there is no room; more are just closed. */
    private static final int REFUSALS = 16;

    private final StreamListener listener;
    private final AccessPolicy policy;
    private final int limit;
    private final ConnectionService service;
    private final Map<Thread, ConnectionService.Session> connections = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    /**
     * A server that has not started.
     *
     * @param listener where connections come to; already listening
     * @param policy who may connect; asked over AF_UNIX only
     * @param limit how many connections are served at once, at least 1
     * @param service what to do with them
     */
    public ConcurrentServer(
            StreamListener listener, AccessPolicy policy, int limit, ConnectionService service) {
        if (limit < 1) {
            throw new IllegalArgumentException(
                    "a server has room for at least 1 connection, not " + limit);
        }
        this.listener = listener;
        this.policy = policy;
        this.limit = limit;
        this.service = service;
    }

    /** Serves until {@link #stop}. Returns when the last connection has ended. */
    public void run() {
        AcceptFailure failure = new AcceptFailure();
        while (!stopping) {
            try {
                admit(listener.accept());
            } catch (SocketClosedException e) {
                if (!listener.isOpen()) {
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
        connections.keySet().forEach(ThreadEnd::await);
    }

    /** Accepts no more, and asks each session to stop. A second call does no harm. */
    public void stop() {
        stopping = true;
        listener.stop();
        connections.values().forEach(ConnectionService.Session::stop);
    }

    private void admit(StreamSocket connection) throws IOException {
        try {
            CredentialsBuffer peer = new CredentialsBuffer();
            boolean vouched = !(listener.address() instanceof Address.Loopback);
            if (vouched) {
                connection.peerCredentials(peer);
                if (!policy.admits(peer, connection)) {
                    LOG.log(Level.DEBUG, () -> "refused a connection of " + peer);
                    connection.close();
                    return;
                }
            }
            Optional<PeerCredentials> credentials =
                    vouched ? Optional.of(peer.snapshot()) : Optional.empty();
            int open = connections.size();
            if (open >= limit + REFUSALS) {
                connection.close();
                return;
            }
            start(
                    connection,
                    open >= limit ? refusal(connection) : service.open(connection, credentials));
        } catch (IOException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private void start(StreamSocket connection, ConnectionService.Session session) {
        Thread thread =
                Thread.ofPlatform()
                        .name("connection")
                        .daemon()
                        .unstarted(() -> serve(connection, session));
        connections.put(thread, session);
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // no more threads
            connections.remove(thread);
            throw e;
        }
        if (stopping) {
            session.stop(); // stop() may have come before this one was there
        }
    }

    private void serve(StreamSocket connection, ConnectionService.Session session) {
        try (connection) {
            session.run();
        } catch (SocketClosedException e) {
            // closed by this process, on purpose
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "connection: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "connection failed", e);
        } finally {
            connections.remove(Thread.currentThread());
        }
    }

    private ConnectionService.Session refusal(StreamSocket connection) {
        return new ConnectionService.Session() {
            @Override
            public void run() throws IOException {
                service.refuse(connection);
            }

            @Override
            public void stop() {
                connection.shutdown();
            }
        };
    }
}
