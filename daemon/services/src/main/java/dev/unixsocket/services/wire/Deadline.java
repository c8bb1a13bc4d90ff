package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.ByteStream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * A point in time by which something must have happened. The timeouts of a socket begin anew with
 * each call, so a peer that sends or takes a little now and then would hold a connection for ever;
 * a deadline stays where it is.
 *
 * <p>One object serves for one message after the other. {@link #begin} and {@link #end} belong to
 * one thread, make no system call and allocate nothing; the others may be called from any.
 */
public final class Deadline {

    /** Nothing is under way, or it may take any time. */
    private static final long NONE = Long.MAX_VALUE;

    /** The connection is being shut down. */
    private static final long ENDING = -1;

    /** The connection was shut down. */
    private static final long ENDED = -2;

    /** So that a time on this clock is never one of the states. */
    private static final long ORIGIN = System.nanoTime() - 1;

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private static final VarHandle AT;

    static {
        try {
            AT = MethodHandles.lookup().findVarHandle(Deadline.class, "at", long.class);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** One of the states, or nanoseconds since {@link #ORIGIN}. */
    private volatile long at = NONE;

    /** None yet. */
    public Deadline() {}

    /** One that is as far away as that; zero is none. */
    public static Deadline after(Duration limit) {
        Deadline deadline = new Deadline();
        deadline.begin(limit);
        return deadline;
    }

    private static long now() {
        return System.nanoTime() - ORIGIN;
    }

    /**
     * Moves it.
     *
     * @param limit how far from now; zero, and more than a century, is none
     */
    public void begin(Duration limit) {
        at = limit.isZero() || limit.compareTo(LONGEST) > 0 ? NONE : now() + limit.toNanos();
    }

    /**
     * Takes it away.
     *
     * @return whether it had passed and the connection was shut down; see {@link #enforce}
     */
    public boolean end() {
        long time = at;
        if (time == NONE || (time >= 0 && AT.compareAndSet(this, time, NONE))) {
            return false;
        }
        while (at == ENDING) {
            Thread.onSpinWait(); // or the shutdown could hit the next connection
        }
        at = NONE;
        return true;
    }

    /** Nanoseconds until then; not positive when it has passed, the largest number when none is. */
    public long leftNanos() {
        long time = at;
        return time == NONE ? NONE : time - now();
    }

    /** Whether it has passed. */
    public boolean hasPassed() {
        return leftNanos() <= 0;
    }

    /** Shuts a connection down, whatever its thread is waiting for, if the deadline has passed. */
    public void enforce(ByteStream connection) {
        long time = at;
        if (time >= 0 && time <= now() && AT.compareAndSet(this, time, ENDING)) {
            connection.shutdown();
            at = ENDED;
        }
    }
}
