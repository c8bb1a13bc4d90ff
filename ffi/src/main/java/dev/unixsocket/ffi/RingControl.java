package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What both ends of a ring share besides its bytes. The peer can write anything into it at any
 * time: each value is read once and checked before it is used.
 *
 * <p>The fields are 128 bytes apart, since processors fetch cache lines of 64 bytes in pairs.
 *
 * @param memory where it is
 */
record RingControl(MemorySegment memory) {

    static final long BYTES = 640;

    private static final long TAIL = 0;
    private static final long HEAD = 128;
    private static final long FINISHED = 256;
    private static final long CONSUMER_SLEEPS = 384;
    private static final long PRODUCER_SLEEPS = 512;

    /** Beside each of the two: whether who sleeps makes the barrier for both. */
    private static final long MAKES_BARRIERS = 4;

    /** Both of them, in one load: does not sleep, and makes the barrier before it does. */
    private static final long AWAKE =
            ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 1L << Integer.SIZE : 1;

    private static final VarHandle LONG = JAVA_LONG.varHandle();
    private static final VarHandle INT = JAVA_INT.varHandle();

    /** How many bytes were ever put in. */
    long tail() {
        return (long) LONG.getVolatile(memory, TAIL);
    }

    /** Publishes; {@link #wakeConsumer} is to follow. */
    void tail(long position) {
        LONG.setRelease(memory, TAIL, position);
    }

    /** How many bytes were ever taken out. */
    long head() {
        return (long) LONG.getVolatile(memory, HEAD);
    }

    /** Releases; {@link #wakeProducer} is to follow. */
    void head(long position) {
        LONG.setRelease(memory, HEAD, position);
    }

    boolean isFinished() {
        return (int) INT.getVolatile(memory, FINISHED) != 0;
    }

    void finish() {
        INT.setVolatile(memory, FINISHED, 1);
    }

    /** The consumer is about to sleep, or does no more; ordered before the load of the tail. */
    void consumerSleeps(boolean sleeps) {
        INT.setVolatile(memory, CONSUMER_SLEEPS, sleeps ? 1 : 0);
    }

    /** As {@link #consumerSleeps}; ordered before the load of the head. */
    void producerSleeps(boolean sleeps) {
        INT.setVolatile(memory, PRODUCER_SLEEPS, sleeps ? 1 : 0);
    }

    /** Whether the consumer makes the barrier for both before it looks for the last time. */
    void consumerMakesBarriers(boolean makes) {
        INT.setVolatile(memory, CONSUMER_SLEEPS + MAKES_BARRIERS, makes ? 1 : 0);
    }

    /** As {@link #consumerMakesBarriers}. */
    void producerMakesBarriers(boolean makes) {
        INT.setVolatile(memory, PRODUCER_SLEEPS + MAKES_BARRIERS, makes ? 1 : 0);
    }

    /** Whether the consumer sleeps and is to be woken, which is then the caller's to do. */
    boolean wakeConsumer() {
        return take(CONSUMER_SLEEPS);
    }

    /** As {@link #wakeConsumer}. */
    boolean wakeProducer() {
        return take(PRODUCER_SLEEPS);
    }

    private boolean take(long flag) {
        // No instruction where processors keep loads in order; compilers keep the store before it.
        VarHandle.acquireFence();
        if ((long) LONG.getOpaque(memory, flag) == AWAKE) {
            return false;
        }
        VarHandle.fullFence();
        return (int) INT.getVolatile(memory, flag) != 0
                && (int) INT.getAndSet(memory, flag, 0) != 0;
    }
}
