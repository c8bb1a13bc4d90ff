package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One end of a ring in shared memory. Where it stands is known to this object alone; what the peer
 * says is checked.
 *
 * <p>For one thread at a time.
 */
abstract sealed class RingEnd permits RingReader, RingWriter {

    /** What the peer wrote cannot be: it is ahead of this end, or a whole ring behind. */
    static final long BROKEN = Long.MIN_VALUE + 1;

    final RingControl control;
    final long capacity;

    /** How often an end finds what it wants without sleep before it takes over the barriers. */
    static final int OFTEN = 64;

    /** How many bytes this end has passed on. */
    long position;

    private final MemorySegment memory;
    private final ByteBuffer buffer;

    /** Whether both processes can make barriers for each other. */
    private boolean barriers;

    /** Whether the other end leaves the barrier to this one, before it sleeps. */
    private boolean makesBarriers;

    /** How often this end found what it wanted since it slept, up to {@link #OFTEN}. */
    private int found;

    RingEnd(MemorySegment control, MemorySegment mappedTwice, long capacity) {
        this.control = new RingControl(control);
        this.capacity = capacity;
        memory = mappedTwice;
        buffer = mappedTwice.asByteBuffer();
    }

    /** The bytes of the ring, twice, so that each span is contiguous. */
    final MemorySegment memory() {
        return memory;
    }

    /** As {@link #memory}. */
    final ByteBuffer buffer() {
        return buffer;
    }

    /** Where in the memory this end is. */
    final int offset() {
        return (int) (position & (capacity - 1));
    }

    /**
     * How much there is to do for this end: bytes to take, or room.
     *
     * @param wanted below that it looks what the peer has done meanwhile
     * @return 0 to the capacity, or {@link #BROKEN}
     */
    abstract long ready(long wanted);

    /** Whether there will never be more: the producer says so. */
    abstract boolean isOver();

    /** What there is to do for this end, when there will never be more. */
    abstract long last();

    /** Both processes are registered: see {@link BarrierForAll}. */
    final void barriers() {
        barriers = true;
    }

    /** The other end has done what this one wanted; while that goes on, it need not look back. */
    final void found() {
        if (!makesBarriers && barriers && ++found > OFTEN) {
            makesBarriers = true;
            makesBarriers(true);
        }
    }

    /**
     * Says that this end is about to sleep, unless there is something to do when it looks again.
     *
     * @return false if it must not sleep, since the other end may not see it
     */
    final boolean announce() {
        found = 0;
        if (!makesBarriers) {
            sleeps(true);
            return true;
        }
        makesBarriers(false); // so that a barrier for many messages does not become one for each
        sleeps(true);
        makesBarriers = !BarrierForAll.make();
        return !makesBarriers;
    }

    /** Says that this end is about to sleep, or does no more. */
    abstract void sleeps(boolean sleeps);

    /** Says whether this end makes the barrier for both before it sleeps. */
    abstract void makesBarriers(boolean makes);

    /** Before this end waits: whether it must wake the other end. */
    abstract boolean wakesBeforeItWaits();
}
