package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;

/**
 * The end of a ring that takes bytes out.
 *
 * <p>For one thread at a time.
 */
final class RingReader extends RingEnd {

    /** The part of a ring that must be free for a sleeping producer to be woken. */
    private static final int PART = 4;

    private long tailSeen;

    RingReader(MemorySegment control, MemorySegment mappedTwice, long capacity) {
        super(control, mappedTwice, capacity);
    }

    @Override
    long ready(long wanted) {
        long there = tailSeen - position;
        return there >= wanted ? there : look();
    }

    private long look() {
        long tail = control.tail();
        long there = tail - position;
        if (there < 0 || there > capacity) {
            return BROKEN;
        }
        tailSeen = tail;
        return there;
    }

    /**
     * Gives bytes back that were read.
     *
     * @return whether the producer is to be woken
     */
    boolean release(long count) {
        position += count;
        control.head(position);
        long free = capacity - (tailSeen - position);
        return free >= capacity / PART && control.wakeProducer();
    }

    @Override
    boolean isOver() {
        return control.isFinished();
    }

    /** Bytes may have come before the end. */
    @Override
    long last() {
        return look();
    }

    @Override
    void sleeps(boolean sleeps) {
        control.consumerSleeps(sleeps);
    }

    @Override
    boolean wakesBeforeItWaits() {
        return control.wakeProducer();
    }
}
