package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.Listener;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One of the {@link Workers}: accepts a connection, lets its protocol serve it, closes it, and
 * begins again. In steady state it allocates nothing.
 *
 * <p>{@link #run} belongs to one thread, the other methods may be called from any.
 */
final class Worker implements Runnable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** How long a peer may be idle once the server stops. */
    static final Duration IDLE_GRACE = Duration.ofMillis(500);

    private static final long IDLE_POLL_NANOS = 1_000_000;

    private final Listener listener;
    private final Admission admission;
    private final Protocol protocol;
    private final Consumer<SyscallException> giveUp;
    private final Connection connection = new Connection(StreamSocket.closed());
    private final AcceptFailure failure;
    private volatile boolean stopping;

    Worker(Listener listener, Protocol protocol, Consumer<SyscallException> giveUp) {
        this.listener = listener;
        this.failure = new AcceptFailure(listener.meter());
        this.admission = new Admission(listener);
        this.protocol = protocol;
        this.giveUp = giveUp;
    }

    @Override
    public void run() {
        while (accept()) {
            try {
                if (admission.admits(connection)) {
                    if (stopping) {
                        limitLatecomer();
                    }
                    protocol.serve(connection);
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "connection of " + connection + ": " + e.getMessage());
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, () -> "connection of " + connection + " failed", e);
            } finally {
                connection.close();
            }
        }
    }

    /** Waits for the next connection; false when there will be none. */
    private boolean accept() {
        while (!stopping) {
            StreamListener socket = listener.socket();
            try {
                socket.accept(connection.socket());
                return true;
            } catch (SyscallException e) {
                if (!failure.hasPassed(e)) {
                    stopping = true;
                    giveUp.accept(e);
                }
            } catch (IOException closed) {
                if (socket == listener.socket()) {
                    return false;
                }
                listener.closeFormer();
            }
        }
        return false;
    }

    /**
     * {@link Workers#stop} may have come before there was a connection that it could let go of.
     * This one was accepted, so its request is answered, which may be on its way as well.
     */
    private void limitLatecomer() {
        long end = System.nanoTime() + IDLE_GRACE.toNanos();
        Thread.ofPlatform().daemon().name("latecomer").start(() -> letGoOfIdlePeer(end));
    }

    /** Ends the connection if it has passed its deadline. */
    void enforceDeadline() {
        connection.enforceDeadline();
    }

    /** Nanoseconds until the deadline of the connection; the largest number when it has none. */
    long leftNanos() {
        return connection.deadline().leftNanos();
    }

    /** Lets the loop end after the request in hand, once the listener wakes it. */
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
        while (connection.socket().isOpen() && !connection.isBusy()) {
            if (System.nanoTime() - end > 0) {
                connection.stream().shutdown();
                return;
            }
            LockSupport.parkNanos(IDLE_POLL_NANOS);
        }
    }
}
