package dev.unixsocket.services.server;

import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One worker: accepts a connection, asks who it is, sets the timeouts, lets the handler serve it,
 * closes it, and begins again. In steady state it allocates nothing.
 *
 * <p>{@link #run} belongs to one thread, {@link #stop} may come from any.
 */
final class AcceptLoop implements Runnable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private static final long IDLE_POLL_NANOS = 1_000_000;

    private final StreamListener listener;
    private final AccessPolicy policy;
    private final Duration readTimeout;
    private final Duration writeTimeout;
    private final ConnectionHandler handler;

    private final StreamSocket connection = StreamSocket.closed();
    private final TimeLimit limit = new TimeLimit(connection);
    private final CredentialsBuffer peer = new CredentialsBuffer();
    private final Consumer<SyscallException> giveUp;
    private final AcceptFailure failure = new AcceptFailure();
    private volatile boolean stopping;

    AcceptLoop(
            StreamListener listener,
            AccessPolicy policy,
            Duration readTimeout,
            Duration writeTimeout,
            ConnectionHandler handler,
            Consumer<SyscallException> giveUp) {
        this.listener = listener;
        this.policy = policy;
        this.readTimeout = readTimeout;
        this.writeTimeout = writeTimeout;
        this.handler = handler;
        this.giveUp = giveUp;
    }

    @Override
    public void run() {
        while (accept()) {
            try {
                serve();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "connection of " + peer + ": " + e.getMessage());
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, () -> "connection of " + peer + " failed", e);
            } finally {
                limit.end();
                connection.close();
            }
        }
    }

    /** Waits for the next connection; false when there will be none. */
    private boolean accept() {
        while (!stopping) {
            try {
                listener.accept(connection);
                return true;
            } catch (SyscallException e) {
                if (!failure.hasPassed(e)) {
                    stopping = true;
                    giveUp.accept(e);
                }
            } catch (IOException closed) {
                return false;
            }
        }
        return false;
    }

    private void serve() throws IOException {
        connection.peerCredentials(peer);
        if (!policy.admits(peer, connection)) {
            LOG.log(Level.DEBUG, () -> "refused a connection of " + peer);
            return;
        }
        connection.receiveTimeout(readTimeout);
        connection.sendTimeout(writeTimeout);
        if (stopping) {
            return; // stop() may have come before there was a connection to wake
        }
        handler.handle(connection, peer, limit);
    }

    TimeLimit limit() {
        return limit;
    }

    /**
     * Lets the loop end after the request in hand. Wakes nobody in {@code accept}: that is for the
     * listener's owner.
     */
    void stop() {
        stopping = true;
    }

    /**
     * Waits a moment for a peer that is connected to begin its request, which may be on its way;
     * one that does not is not waited for any longer.
     *
     * @param end until when, by {@link System#nanoTime}
     */
    void letGoOfIdlePeer(long end) {
        while (connection.isOpen() && !handler.hasRequestInHand()) {
            if (System.nanoTime() - end > 0) {
                connection.shutdown();
                return;
            }
            LockSupport.parkNanos(IDLE_POLL_NANOS);
        }
    }
}
