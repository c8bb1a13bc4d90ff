package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * The end of a ring that puts bytes in.
 *
 * <p>For one thread at a time.
 */
final class RingWriter extends RingEnd {

    /** What processors fetch and give away at once, in bytes. */
    private static final long LINE = 64;

    private long headSeen;
    private volatile boolean finished;

    RingWriter(MemorySegment control, MemorySegment mappedTwice, long capacity) {
        super(control, mappedTwice, capacity);
    }

    @Override
    long ready(long wanted) {
        long room = capacity - (position - headSeen);
        return room >= wanted ? room : lookFor(wanted);
    }

    private long lookFor(long wanted) {
        long room = look();
        if (room >= wanted) {
            found();
        }
        return room;
    }

    private long look() {
        long head = control.head();
        long used = position - head;
        if (used < 0 || used > capacity) {
            return BROKEN;
        }
        headSeen = head;
        return capacity - used;
    }

    /**
     * Shows bytes that were written.
     *
     * @return whether the consumer is to be woken
     */
    boolean publish(long count) {
        position += count;
        control.tail(position);
        touchNext();
        return control.wakeConsumer();
    }

    /**
     * Writes to the next line of the cache, which is free and which the other core has: it is
     * fetched while this end has nothing else to do, and not when the next message is written.
     */
    private void touchNext() {
        long next = (position + LINE - 1) & -LINE;
        if (next - headSeen < capacity) {
            memory().set(JAVA_BYTE, next & (capacity - 1), (byte) 0);
        }
    }

    /** Says that nothing more comes; whether the consumer is to be woken. */
    boolean finish() {
        finished = true;
        control.finish();
        return control.wakeConsumer();
    }

    @Override
    boolean isOver() {
        return finished;
    }

    @Override
    long last() {
        return 0;
    }

    @Override
    void sleeps(boolean sleeps) {
        control.producerSleeps(sleeps);
    }

    @Override
    void makesBarriers(boolean makes) {
        control.producerMakesBarriers(makes);
    }

    @Override
    boolean wakesBeforeItWaits() {
        return false;
    }
}
