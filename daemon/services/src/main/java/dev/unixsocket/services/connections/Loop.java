package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.Poller;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.wire.Deadline;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Serves all connections on one thread, which waits for them all at once and never for one of them:
 * a readiness loop.
 *
 * <p>What arrives costs the calls that it must: the wait that says it is there, {@code recv},
 * {@code send}; a connection costs {@code accept}, {@code getsockopt} for the peer's credentials,
 * {@code epoll_ctl}, and {@code close}.
 *
 * <p>Everything belongs to one thread, but for {@link #execute} and {@link #stop}. A shortage of
 * memory costs a connection, or a pause, and does not end the loop.
 */
public final class Loop implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** How often to look for connections whose time is over. */
    private static final long LONGEST_SWEEP_NANOS = 1_000_000_000;

    private final Poller poller;
    private final IoBuffer buffer = new IoBuffer();
    private final List<LoopAcceptor> acceptors = new ArrayList<>();

    /** The connections that have a deadline. */
    private final Set<LoopConnection> timed = new LinkedHashSet<>();

    /** What other threads want to be done. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private final long sweepNanos;
    private long lastSweep = System.nanoTime();
    private volatile boolean stopping;

    /** What serves one connection. */
    public interface Handler {

        /** What the peer has not taken yet; for the connection's whole life the same. */
        OutboundQueue queue();

        /** Whether what comes is to be received although the peer does not take what is sent. */
        default boolean receivesWhileSending() {
            return false;
        }

        /** Whether nothing is to be received until something else has happened. */
        default boolean isBusy() {
            return false;
        }

        /** The connection was accepted. */
        default void opened() throws IOException {}

        /** Bytes came. They are valid until this returns, and all to be used or kept. */
        void received(ByteBuffer bytes) throws IOException;

        /** What could not be sent at once is out now. */
        default void flushed() throws IOException {}

        /** The peer sends no more; it may have closed, or wait for what was sent. */
        void inputEnded() throws IOException;

        /** The time is over that was {@linkplain LoopConnection#allow allowed}. */
        default void deadlinePassed() throws IOException {}

        /** The loop stops; the connection is to end soon. */
        void finish() throws IOException;

        /** The connection was closed. */
        default void closed() {}
    }

    /**
     * A loop without listeners.
     *
     * @param shortest the shortest time that a connection is {@linkplain LoopConnection#allow
     *     allowed}; more than 0
     */
    public Loop(Duration shortest) throws IOException {
        sweepNanos = Math.min(LONGEST_SWEEP_NANOS, shortest.dividedBy(4).toNanos());
        poller = Poller.open();
    }

    /**
     * Accepts on a listener, which the loop closes.
     *
     * @param protocol makes the handler of each connection
     */
    public void accept(Listener listener, Function<LoopConnection, Handler> protocol)
            throws IOException {
        acceptors.add(new LoopAcceptor(this, listener, protocol));
    }

    /**
     * Serves until {@link #stop}. Then takes those who have connected already, listener by listener
     * in the order in which they were added, and lets their connections end.
     *
     * @param grace how long all of that may take
     */
    public void run(Duration grace) throws IOException {
        Deadline none = new Deadline();
        while (!stopping) {
            turn(none);
        }
        Deadline end = Deadline.after(grace);
        acceptors.forEach(LoopAcceptor::finish);
        for (LoopAcceptor acceptor : acceptors) {
            acceptor.connections().forEach(LoopConnection::finish);
            while (acceptor.hasConnections() && !end.hasPassed()) {
                turn(end);
            }
        }
    }

    private void turn(Deadline end) throws IOException {
        try {
            waitAndServe(end);
        } catch (OutOfMemoryError e) { // sockets that were not looked at are ready still
            report("the loop pauses", e);
            LockSupport.parkNanos(AcceptFailure.SHORTAGE_PAUSE.toNanos());
            poller.wakeUp(); // there may be tasks left
        }
    }

    /** Waits without limit where nothing can run out of time. */
    private void waitAndServe(Deadline end) throws IOException {
        boolean paused = acceptors.stream().anyMatch(LoopAcceptor::isPaused);
        long nanos = end.leftNanos();
        if (!timed.isEmpty()) {
            nanos = Math.min(nanos, sweepNanos);
        }
        if (paused) {
            nanos = Math.min(nanos, AcceptFailure.SHORTAGE_PAUSE.toNanos());
        }
        if (nanos == Long.MAX_VALUE) {
            poller.dispatch();
        } else {
            poller.dispatch(Duration.ofNanos(Math.max(1, nanos)));
        }
        for (Runnable task; (task = tasks.poll()) != null; ) {
            task.run();
        }
        if (paused) {
            acceptors.forEach(LoopAcceptor::resume);
        }
        long now = System.nanoTime();
        if (now - lastSweep >= sweepNanos) {
            lastSweep = now;
            List.copyOf(timed).forEach(LoopConnection::checkDeadline);
        }
    }

    /** A connection has a deadline from now on, or none any more. */
    void watchTime(LoopConnection connection, boolean has) {
        if (has) {
            timed.add(connection);
        } else {
            timed.remove(connection);
        }
    }

    /** Does something on the loop's thread, soon. From any thread; not after the loop's end. */
    public void execute(Runnable task) {
        tasks.add(task);
        poller.wakeUp();
    }

    /** Lets {@link #run} return. From any thread; a second call does nothing. */
    public void stop() {
        if (!stopping) {
            stopping = true;
            poller.wakeUp();
        }
    }

    /** Whether {@link #stop} was called. */
    public boolean isStopping() {
        return stopping;
    }

    /** Says what a connection died of; in a shortage of memory that may fail too. */
    void report(String what, Throwable failure) {
        try {
            if (failure instanceof OutOfMemoryError) { // where it was noticed says nothing
                LOG.log(Level.ERROR, () -> what + ": out of memory: " + failure.getMessage());
            } else {
                LOG.log(Level.ERROR, what, failure);
            }
        } catch (OutOfMemoryError shortage) {
            // the loop goes on
        }
    }

    Poller poller() {
        return poller;
    }

    IoBuffer buffer() {
        return buffer;
    }

    /** Ends everything now. */
    @Override
    public void close() {
        acceptors.forEach(LoopAcceptor::close);
        poller.close();
    }
}
