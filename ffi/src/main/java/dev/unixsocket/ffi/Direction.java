package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One direction of a socket, in which calls wait: input (read, accept) or output (write, connect).
 * Knows how they wait, and for how long at most.
 *
 * <p>Parking is an event count: a call takes a {@linkplain #ticket ticket}, tries, and parks only
 * while no event has come since. The poller counts the event before it looks for threads to wake, a
 * thread makes itself known before it looks for events, so one of the two sees the other.
 *
 * <p>Thread-safe, but for {@link #configure}, {@link #timeoutNanos} and {@link #neverBlocks}, which
 * the next call obeys.
 */
final class Direction {

    private static final VarHandle EVENTS;
    private static final VarHandle WAITER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            EVENTS = lookup.findVarHandle(Direction.class, "events", int.class);
            WAITER = lookup.findVarHandle(Direction.class, "waiter", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static final long WOULD_WAIT = -Errno.EAGAIN.number();

    /**
     * Where nobody says when to try again: after this time, then after ever more, in nanoseconds.
     */
    static final long FIRST_PAUSE = 50_000;

    static final long LONGEST_PAUSE = 20_000_000;

    /** poll(2) passes over it, and only time passes. */
    private static final int NO_DESCRIPTOR = -1;

    private final SocketState socket;
    private final short pollEvent;

    /** How often something happened that threads may wait for. */
    private volatile int events;

    /** The thread that is parked; null for none. */
    private volatile Thread waiter;

    /** More threads that are parked, which is rare; null until there was one. */
    private volatile Queue<Thread> moreWaiters;

    private long timeoutNanos = Timeouts.NONE;
    private boolean parks;
    private Spinner spinner;

    /** Whether the kernel is not to wait, but in poll(2). */
    private volatile boolean neverBlocks;

    /**
     * A direction of a socket.
     *
     * @param pollEvent {@code POLLIN} or {@code POLLOUT}
     */
    Direction(SocketState socket, short pollEvent) {
        this.socket = socket;
        this.pollEvent = pollEvent;
    }

    void configure(Waiting waiting) {
        parks = waiting instanceof Waiting.Park;
        if (waiting instanceof Waiting.Spin spin) {
            spinner = spinner(Timeouts.nanos(spin.budget()), false);
        } else if (waiting instanceof Waiting.Adaptive spin) {
            spinner = spinner(Timeouts.nanos(spin.budget()), true);
        } else {
            spinner = null;
        }
    }

    /** The one there is if it fits, as new: a socket that is used again allocates nothing. */
    private Spinner spinner(long budgetNanos, boolean adaptive) {
        if (spinner == null || !spinner.isOf(budgetNanos, adaptive)) {
            return new Spinner(budgetNanos, adaptive);
        }
        spinner.reset();
        return spinner;
    }

    /** How long each call may wait. */
    void timeoutNanos(long nanos) {
        timeoutNanos = nanos;
    }

    /** From now on calls wait in poll(2) alone, as where the descriptor has {@code O_NONBLOCK}. */
    void neverBlocks(boolean never) {
        neverBlocks = never;
    }

    boolean isInput() {
        return pollEvent == PollPoller.POLLIN;
    }

    /** Whether the calling thread lets the kernel wait at once, and makes no other call. */
    boolean blocksAtOnce() {
        return spinner == null && blocks();
    }

    /** Whether the calling thread waits in the kernel, at once or in the end. */
    boolean blocks() {
        return !parks && !neverBlocks && !Thread.currentThread().isVirtual();
    }

    /** When a call that begins now must be over. */
    long deadline() {
        return Timeouts.deadline(timeoutNanos);
    }

    /**
     * Makes a call, waiting as this direction waits.
     *
     * @param deadline of {@link #deadline}
     * @return what the call returned; {@code -EAGAIN} when time ran out; {@code -EINTR} when the
     *     socket was closed or stopped, or the thread was interrupted while it was parked
     */
    long call(
            long deadline,
            Attempt attempt,
            int fd,
            MemorySegment buffer,
            long offset,
            long length) {
        if (!blocksAtOnce()) {
            return callUntil(deadline, true, attempt, fd, buffer, offset, length);
        }
        long result;
        do {
            result = attempt.waiting(fd, buffer, offset, length);
        } while (Errno.EINTR.is(result) && deadline == Timeouts.NONE && !socket.hasEnded());
        // The kernel would begin the whole timeout again after a signal, and does not wait where
        // another process that has the descriptor too has set O_NONBLOCK.
        boolean early = Errno.EINTR.is(result) || isEarly(result, deadline);
        return early && !socket.hasEnded()
                ? callUntil(deadline, false, attempt, fd, buffer, offset, length)
                : result;
    }

    /**
     * As {@link #call}, trying first.
     *
     * @param kernelKeepsTime whether a call that waits in the kernel ends in time by the socket's
     *     own timeout
     */
    long callUntil(
            long deadline,
            boolean kernelKeepsTime,
            Attempt attempt,
            int fd,
            MemorySegment buffer,
            long offset,
            long length) {
        Spinner spins = spinner;
        boolean kernelWaits =
                blocks() && (deadline == Timeouts.NONE || kernelKeepsTime && spinIsShort(spins));
        long spinning = spins == null ? Spinner.NO_SPIN : spins.begin(false, System.nanoTime());
        long blockedSince = 0;
        long pause = FIRST_PAUSE;
        while (true) {
            int ticket = events;
            boolean blocksNow = kernelWaits && spinning == Spinner.NO_SPIN;
            long result = blocksNow ? WOULD_WAIT : attempt.now(fd, buffer, offset, length);
            if (result == WOULD_WAIT) {
                if (socket.hasEnded()) {
                    return -Errno.EINTR.number();
                }
                if (spinning != Spinner.NO_SPIN) {
                    Thread.onSpinWait();
                    spinning = spins.goOn(spinning, deadline, System.nanoTime());
                    continue;
                }
                if (spins != null && blockedSince == 0) {
                    blockedSince = System.nanoTime();
                }
                if (kernelWaits) {
                    result = attempt.waiting(fd, buffer, offset, length);
                } else if (attempt.isAnnounced()) {
                    result = await(fd, ticket, deadline);
                } else {
                    result = awaitUnannounced(pause, deadline);
                    pause = Math.min(2 * pause, LONGEST_PAUSE);
                }
                boolean early = isEarly(result, deadline);
                if (kernelWaits ? early || Errno.EINTR.is(result) : result == 0) {
                    kernelWaits = kernelWaits && !early && deadline == Timeouts.NONE;
                    continue;
                }
            }
            if (spinning != Spinner.NO_SPIN) {
                spins.found(spinning);
            } else if (blockedSince != 0) {
                spins.blocked(System.nanoTime() - blockedSince);
            }
            return result;
        }
    }

    /** Whether the kernel has not waited as long as it was to. */
    private static boolean isEarly(long result, long deadline) {
        return Errno.EAGAIN.is(result) && Timeouts.left(deadline) > 0;
    }

    /** Whether a spin before a wait with the whole timeout hardly makes it longer. */
    private boolean spinIsShort(Spinner spins) {
        return spins == null || spins.isShort(timeoutNanos);
    }

    /**
     * Waits for an event that came after the ticket was taken; may return early.
     *
     * @return 0 when it is time to try again, or as {@link #call}
     */
    private int await(int fd, int ticket, long deadline) {
        return parks || Thread.currentThread().isVirtual()
                ? park(fd, ticket, deadline)
                : poll(fd, deadline);
    }

    /** As {@link #await}, for a call of which nobody says when it can go on. */
    private int awaitUnannounced(long pause, long deadline) {
        if (parks || Thread.currentThread().isVirtual()) {
            return pause(pause, deadline);
        }
        long left = Timeouts.left(deadline);
        return left <= 0
                ? -Errno.EAGAIN.number()
                : poll(NO_DESCRIPTOR, Timeouts.deadline(Math.min(pause, left)));
    }

    /**
     * Waits until a call in this direction has something to do.
     *
     * @return 1, 0 when time ran out, or {@code -errno} as {@link #call}
     */
    int awaitReady(int fd, long deadline) {
        while (true) {
            int ticket = events;
            int ready = Readiness.of(fd, pollEvent, 0);
            if (ready != 0) {
                return ready;
            }
            int waited = socket.hasEnded() ? -Errno.EINTR.number() : await(fd, ticket, deadline);
            if (waited != 0) {
                return Errno.EAGAIN.is(waited) ? 0 : waited;
            }
        }
    }

    /** poll(2) of this one descriptor. */
    private int poll(int fd, long deadline) {
        int millis = Timeouts.millisLeft(deadline);
        if (millis == 0) {
            return -Errno.EAGAIN.number();
        }
        socket.blocked().enter();
        try {
            int result = socket.hasEnded() ? 0 : Readiness.of(fd, pollEvent, millis);
            return result >= 0 || Errno.EINTR.is(result) ? 0 : result;
        } finally {
            socket.blocked().leave();
        }
    }

    /** Parks, watched by the poller. */
    private int park(int fd, int ticket, long deadline) {
        Thread me = Thread.currentThread();
        boolean first = join(me);
        try {
            int watched = socket.watch(this, fd);
            return watched < 0 ? watched : parkUntilAnEvent(me, ticket, deadline);
        } finally {
            part(me, first);
        }
    }

    /** Parks until {@link #signal}, the end of the socket or an interrupt, as {@link #call}. */
    int park(int ticket, long deadline) {
        Thread me = Thread.currentThread();
        boolean first = join(me);
        try {
            return parkUntilAnEvent(me, ticket, deadline);
        } finally {
            part(me, first);
        }
    }

    /** Waits for nothing but time, and for the end of the socket or an interrupt. */
    int pause(long nanos, long deadline) {
        long left = Timeouts.left(deadline);
        if (left <= 0) {
            return -Errno.EAGAIN.number();
        }
        int result = park(events, Timeouts.deadline(Math.min(nanos, left)));
        return Errno.EAGAIN.is(result) ? 0 : result;
    }

    /** From now on {@link #signal} wakes this thread. */
    private boolean join(Thread me) {
        boolean first = WAITER.compareAndSet(this, null, me);
        if (!first) {
            moreWaiters().add(me);
        }
        return first;
    }

    private void part(Thread me, boolean first) {
        if (first) {
            waiter = null;
        } else {
            moreWaiters().remove(me);
        }
    }

    private int parkUntilAnEvent(Thread me, int ticket, long deadline) {
        while (events == ticket && !socket.hasEnded()) {
            if (me.isInterrupted()) {
                return -Errno.EINTR.number();
            }
            if (deadline == Timeouts.NONE) {
                LockSupport.park(this);
            } else {
                long left = Timeouts.left(deadline);
                if (left <= 0) {
                    return -Errno.EAGAIN.number();
                }
                LockSupport.parkNanos(this, left);
            }
        }
        return 0;
    }

    private synchronized Queue<Thread> moreWaiters() {
        if (moreWaiters == null) {
            moreWaiters = new ConcurrentLinkedQueue<>();
        }
        return moreWaiters;
    }

    /** How often {@link #signal} was called. */
    int events() {
        return events;
    }

    /**
     * Something happened: wakes whoever is parked.
     *
     * @return whether somebody was, or was about to be
     */
    boolean signal() {
        EVENTS.getAndAdd(this, 1);
        Thread one = waiter;
        if (one != null) {
            LockSupport.unpark(one);
        }
        Queue<Thread> more = moreWaiters;
        if (more != null) {
            more.forEach(LockSupport::unpark);
        }
        return one != null;
    }

    /** Whether somebody is parked, or about to be. */
    boolean isAwaited() {
        Queue<Thread> more = moreWaiters;
        return waiter != null || more != null && !more.isEmpty();
    }
}
