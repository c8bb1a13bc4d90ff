package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;

/**
 * The end of a ring that puts bytes in.
 *
 * <p>For one thread at a time.
 */
final class RingWriter extends RingEnd {

    private long headSeen;
    private volatile boolean finished;

    RingWriter(MemorySegment control, MemorySegment mappedTwice, long capacity) {
        super(control, mappedTwice, capacity);
    }

    @Override
    long ready(long wanted) {
        long room = capacity - (position - headSeen);
        return room >= wanted ? room : look();
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
        return control.wakeConsumer();
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
    boolean wakesBeforeItWaits() {
        return false;
    }
}
