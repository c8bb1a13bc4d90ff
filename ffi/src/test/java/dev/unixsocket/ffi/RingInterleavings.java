package dev.unixsocket.ffi;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Who is about to sleep sees what the other end has done, or the other end sees that it sleeps. */
public class RingInterleavings {

    private RingInterleavings() {}

    private static final long CAPACITY = RingFile.LEAST_CAPACITY;
    private static final int SLEEPS = 1;
    private static final int GOES_ON = 2;
    private static final int RINGS = 1;

    /** All share the bytes, of which none matters. */
    private static final MemorySegment BYTES = Arena.global().allocate(2 * CAPACITY);

    /** Memory of its own for each state would be more than there is: a heap segment does. */
    private static MemorySegment control() {
        return MemorySegment.ofArray(new long[(int) RingControl.BYTES / Long.BYTES]);
    }

    /** As RingWait does before it sleeps. */
    private static int sleepIfNothingIsReady(RingEnd end) {
        if (end.announce() && end.ready(1) == 0 && !end.isOver()) {
            return SLEEPS;
        }
        end.sleeps(false);
        return GOES_ON;
    }

    /** Has it say that it makes the barrier for both, as an end does that is long awake. */
    private static void makeBarriers(RingEnd end) {
        if (BarrierForAll.isRegistered()) {
            end.barriers();
        }
        for (int i = 0; i < 2 * RingEnd.OFTEN; i++) {
            end.found();
        }
    }

    /** The consumer is about to sleep, and bytes come. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "sleeps, and is woken")
    @Outcome(id = "2, [01]", expect = ACCEPTABLE, desc = "saw the bytes; a bell more does no harm")
    @Outcome(expect = FORBIDDEN, desc = "sleeps, and nobody wakes it")
    @State
    public static class ASleepAndBytes {

        private final MemorySegment control = control();
        private final RingReader in = new RingReader(control, BYTES, CAPACITY);
        private final RingWriter out = new RingWriter(control, BYTES, CAPACITY);

        /** The consumer. */
        @Actor
        public void sleep(II_Result result) {
            result.r1 = sleepIfNothingIsReady(in);
        }

        /** The producer. */
        @Actor
        public void publish(II_Result result) {
            result.r2 = out.publish(10) ? RINGS : 0;
        }
    }

    /** The consumer is about to sleep, and bytes come without a barrier. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "sleeps, and is woken")
    @Outcome(id = "2, [01]", expect = ACCEPTABLE, desc = "saw the bytes; a bell more does no harm")
    @Outcome(expect = FORBIDDEN, desc = "sleeps, and nobody wakes it")
    @State
    public static class ASleepWithABarrierAndBytes {

        private final MemorySegment control = control();
        private final RingReader in = new RingReader(control, BYTES, CAPACITY);
        private final RingWriter out = new RingWriter(control, BYTES, CAPACITY);

        /** With a consumer that makes the barrier. */
        public ASleepWithABarrierAndBytes() {
            makeBarriers(in);
        }

        /** The consumer. */
        @Actor
        public void sleep(II_Result result) {
            result.r1 = sleepIfNothingIsReady(in);
        }

        /** The producer. */
        @Actor
        public void publish(II_Result result) {
            result.r2 = out.publish(10) ? RINGS : 0;
        }
    }

    /** The producer is about to sleep, and the ring is emptied. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "sleeps, and is woken")
    @Outcome(id = "2, [01]", expect = ACCEPTABLE, desc = "saw the room; a bell more does no harm")
    @Outcome(expect = FORBIDDEN, desc = "sleeps, and nobody wakes it")
    @State
    public static class ASleepAndRoom {

        private final MemorySegment control = control();
        private final RingReader in = new RingReader(control, BYTES, CAPACITY);
        private final RingWriter out = new RingWriter(control, BYTES, CAPACITY);

        /** With a full ring. */
        public ASleepAndRoom() {
            out.publish(CAPACITY);
            in.ready(1);
        }

        /** The producer. */
        @Actor
        public void sleep(II_Result result) {
            result.r1 = sleepIfNothingIsReady(out);
        }

        /** The consumer. */
        @Actor
        public void release(II_Result result) {
            result.r2 = in.release(CAPACITY) ? RINGS : 0;
        }
    }

    /** The producer is about to sleep, and the ring is emptied without a barrier. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "sleeps, and is woken")
    @Outcome(id = "2, [01]", expect = ACCEPTABLE, desc = "saw the room; a bell more does no harm")
    @Outcome(expect = FORBIDDEN, desc = "sleeps, and nobody wakes it")
    @State
    public static class ASleepWithABarrierAndRoom {

        private final MemorySegment control = control();
        private final RingReader in = new RingReader(control, BYTES, CAPACITY);
        private final RingWriter out = new RingWriter(control, BYTES, CAPACITY);

        /** With a full ring, and a producer that makes the barrier. */
        public ASleepWithABarrierAndRoom() {
            out.publish(CAPACITY);
            in.ready(1);
            makeBarriers(out);
        }

        /** The producer. */
        @Actor
        public void sleep(II_Result result) {
            result.r1 = sleepIfNothingIsReady(out);
        }

        /** The consumer. */
        @Actor
        public void release(II_Result result) {
            result.r2 = in.release(CAPACITY) ? RINGS : 0;
        }
    }
}
