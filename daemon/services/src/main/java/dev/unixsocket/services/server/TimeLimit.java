package dev.unixsocket.services.server;

import dev.unixsocket.ffi.StreamSocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * The time that a whole message may take on a worker's connection. The timeouts of a socket are the
 * kernel's, which begin anew with each call, and within one write(2) with each part that the peer
 * takes; so a peer that reads or sends a little now and then would hold the connection for ever.
 * When the time is over the connection is shut down, whatever the worker is waiting for.
 *
 * <p>{@link #begin} and {@link #end} belong to the worker, make no system call and allocate
 * nothing. The {@link Watchdog} does the rest on its own thread.
 */
public final class TimeLimit {

    /** No message is under way. */
    private static final long NONE = 0;

    /** The watchdog is shutting the connection down. */
    private static final long ENDING = -1;

    /** The watchdog has shut the connection down. */
    private static final long ENDED = -2;

    /** So that a time on this clock is never one of the states. */
    private static final long ORIGIN = System.nanoTime() - 1;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(TimeLimit.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private final StreamSocket connection;

    /** One of the states, or the time at which the message must be whole. */
    private volatile long state;

    TimeLimit(StreamSocket connection) {
        this.connection = connection;
    }

    static long now() {
        return System.nanoTime() - ORIGIN;
    }

    /**
     * Begins a message.
     *
     * @param limit how long it may take; not shorter than the shorter of the server's two timeouts,
     *     or it may be noticed late; zero is no limit
     */
    public void begin(Duration limit) {
        state = limit.isZero() ? NONE : now() + limit.toNanos();
    }

    /**
     * Ends the message, or does nothing when none is under way.
     *
     * @return whether its time was over, so that the connection was shut down
     */
    public boolean end() {
        long deadline = state;
        if (deadline == NONE || (deadline > 0 && STATE.compareAndSet(this, deadline, NONE))) {
            return false;
        }
        while (state == ENDING) {
            Thread.onSpinWait(); // or the shutdown could hit the next connection
        }
        state = NONE;
        return true;
    }

    /** What is left in nanoseconds; {@link Long#MAX_VALUE} when no message is under way. */
    long leftNanos() {
        long deadline = state;
        return deadline > 0 ? deadline - now() : Long.MAX_VALUE;
    }

    /** Shuts the connection down if the time is over. */
    void enforce() {
        long deadline = state;
        if (deadline > 0 && deadline <= now() && STATE.compareAndSet(this, deadline, ENDING)) {
            connection.shutdown();
            state = ENDED;
        }
    }
}
