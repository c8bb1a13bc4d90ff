package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The socket behind two rings: a byte wakes whoever sleeps at the other end, the end of its stream
 * says that the peer is gone.
 *
 * <p>Two threads may sleep here, one for each ring. Only one of them reads; when it returns the
 * other, which is parked, looks at its ring and reads on. A bell that one of them takes may be for
 * the other, which may not even be asleep yet: so each notes {@link #taken} before it announces
 * that it sleeps, and does not sleep if bells were taken since.
 *
 * <p>Thread-safe.
 */
final class Doorbell {

    private static final VarHandle READING;

    static {
        try {
            READING =
                    MethodHandles.lookup().findVarHandle(Doorbell.class, "reading", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** What {@link #await} returns for the end of the stream. */
    static final long HUNG_UP = 0;

    /** How many bells are taken at once. */
    private static final int BELLS = 64;

    /** How soon a thread looks again that cannot read bells, in nanoseconds. */
    private static final long PAUSE = 1_000_000;

    private final StreamSocket socket;
    private final SocketState state;
    private final MemorySegment bells = Arena.ofAuto().allocate(BELLS);
    private final MemorySegment bell = Arena.ofAuto().allocate(1);

    private volatile boolean hungUp;
    private volatile boolean reading;
    private volatile boolean carriesBytes;

    /** How often bells were taken; changed by the thread that reads. */
    private volatile int taken;

    /** Whether first bytes are still being written, between which no bell may come. */
    private volatile boolean holdsBack;

    /** Whether a bell was held back. Guarded by this. */
    private boolean held;

    Doorbell(StreamSocket socket) {
        this.socket = socket;
        state = socket.state();
    }

    StreamSocket socket() {
        return socket;
    }

    /** Whether the peer is known to have gone. */
    boolean isHungUp() {
        return hungUp;
    }

    /** This side has ended it itself. */
    void hangUp() {
        hungUp = true;
    }

    /** Says whether the socket still brings bytes of the stream, which must not be taken here. */
    void carriesBytes(boolean carries) {
        carriesBytes = carries;
    }

    /**
     * Says whether this side's first bytes are still on their way into the socket. Bells are held
     * back until then: the peer does not wait for them while it has not read these bytes.
     */
    synchronized void holdsBack(boolean holds) {
        holdsBack = holds;
        if (held && !holds) {
            held = false;
            ring();
        }
    }

    private synchronized boolean isHeldBack() {
        held |= holdsBack;
        return holdsBack;
    }

    /** Wakes the peer: send(2) that does not wait. */
    void ring() {
        if (holdsBack && isHeldBack()) {
            return;
        }
        int fd = state.descriptor().acquire();
        if (fd < 0) {
            return; // this process closed it, which the next call finds
        }
        try {
            long result = Attempt.SEND.nowDespiteSignals(fd, bell, 0, 1);
            // Where there is no room, the peer has bells enough to be woken by.
            hungUp |= result < 0 && !Errno.EAGAIN.is(result);
        } finally {
            state.descriptor().release();
        }
    }

    /**
     * Begins to read from the socket, as nobody else may until {@link #endReading}.
     *
     * @return false if another thread reads
     */
    boolean beginReading() {
        return !reading && READING.compareAndSet(this, false, true);
    }

    /**
     * Lets the other thread look at its ring, and read.
     *
     * @param tookBells whether there were any
     */
    void endReading(boolean tookBells) {
        if (tookBells) {
            taken = taken + 1; // before somebody else can read
        }
        reading = false;
        state.output().signal(); // nobody waits for room in the socket, but for this
    }

    /** How often bells were taken; to be noted before this side announces that it sleeps. */
    int taken() {
        return taken;
    }

    /**
     * Waits for a bell, which may be somebody else's.
     *
     * @param noted of {@link #taken}
     * @return more than 0 when it is time to look again; {@link #HUNG_UP}; {@code -EAGAIN} when
     *     time ran out; {@code -EINTR} when the socket was closed or the thread interrupted
     */
    long await(int noted, long deadline) {
        if (hungUp) {
            return HUNG_UP;
        }
        if (carriesBytes) {
            return pause(deadline);
        }
        int ticket = state.output().events();
        boolean reads = beginReading();
        if (taken != noted) {
            if (reads) {
                endReading(false);
            }
            return 1;
        }
        if (!reads) {
            return lookAgain(state.output().park(ticket, deadline));
        }
        long result = 0;
        try {
            result = read(deadline);
            return result;
        } finally {
            endReading(result > 0);
        }
    }

    /** As {@link #await}, where no bell may come: looks again soon. */
    long pause(long deadline) {
        int paused = state.input().pause(PAUSE, deadline);
        lookForTheEnd();
        return lookAgain(paused);
    }

    /** Asks poll(2) whether the peer has gone, and takes nothing. */
    private void lookForTheEnd() {
        int fd = state.descriptor().acquire();
        if (fd < 0) {
            return;
        }
        try {
            hungUp |= Readiness.of(fd, (short) 0, 0) > 0;
        } finally {
            state.descriptor().release();
        }
    }

    private static long lookAgain(int parked) {
        return parked == 0 ? 1 : parked;
    }

    private long read(long deadline) {
        int fd = state.descriptor().acquire();
        if (fd < 0) {
            return -Errno.EINTR.number();
        }
        long result;
        try {
            result = state.input().callUntil(deadline, false, Attempt.READ, fd, bells, 0, BELLS);
        } finally {
            state.descriptor().release();
        }
        return hangUpOr(result);
    }

    /** Any other error, such as the reset by a peer that has not read its bells, is the end. */
    private long hangUpOr(long result) {
        if (result > 0 || Errno.EAGAIN.is(result) || Errno.EINTR.is(result)) {
            return result;
        }
        hungUp = true;
        return HUNG_UP;
    }

    /** Looks whether the peer has gone, if nobody else does, and does not wait. */
    void look() {
        if (carriesBytes) {
            lookForTheEnd();
            return;
        }
        if (!beginReading()) {
            return;
        }
        int fd = state.descriptor().acquire();
        long result = 0;
        try {
            if (fd >= 0) {
                result = hangUpOr(Attempt.READ.nowDespiteSignals(fd, bells, 0, BELLS));
            }
        } finally {
            if (fd >= 0) {
                state.descriptor().release();
            }
            endReading(result > 0);
        }
    }
}
