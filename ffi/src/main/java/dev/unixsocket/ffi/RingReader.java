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

    /** A look that finds fewer bytes than this, and at once, may have come too soon. */
    private static final long FEW_BYTES = 4096;

    /** How often the next look then waits: some 1 to 3 µs, as processors take it. */
    private static final int PAUSES = 64;

    /** A wait that does not bring so many times the bytes is not worth it. */
    private static final int WORTH_IT = 4;

    /** How many looks come at once after a wait that was not worth it. */
    private static final int LOOKS_AT_ONCE = 64;

    private long tailSeen;

    /** Whether the last look found nothing. */
    private boolean missed;

    /** How few bytes a look found at once, before looks that wait; 0 while they do not. */
    private long few;

    /** Whether the last look found enough for a while. */
    private boolean hasMany;

    private int looksAtOnce;

    RingReader(MemorySegment control, MemorySegment mappedTwice, long capacity) {
        super(control, mappedTwice, capacity);
    }

    @Override
    long ready(long wanted) {
        long there = tailSeen - position;
        return there >= wanted ? there : lookFor(wanted);
    }

    /**
     * The line with the tail goes from core to core with each look that finds something. A reader
     * as quick as the writer would look after each message, and find the next one at once, and both
     * would wait for that line each time: so it looks a little later, and finds more. A reader that
     * has to wait for the next message looks at once.
     */
    private long lookFor(long wanted) {
        boolean waits = few > 0 && !hasMany;
        if (waits) {
            pause();
        }
        long there = look();
        boolean isThere = there >= wanted;
        if (waits && there < WORTH_IT * few) {
            few = 0;
            looksAtOnce = LOOKS_AT_ONCE;
        } else if (looksAtOnce > 0) {
            looksAtOnce--;
        } else if (few == 0 && isThere && !missed) {
            few = there;
        }
        hasMany = there >= FEW_BYTES;
        missed = !isThere;
        if (isThere) {
            found();
        }
        return there;
    }

    private static void pause() {
        for (int i = 0; i < PAUSES; i++) {
            Thread.onSpinWait();
        }
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
    void makesBarriers(boolean makes) {
        control.consumerMakesBarriers(makes);
    }

    @Override
    boolean wakesBeforeItWaits() {
        return control.wakeProducer();
    }
}
