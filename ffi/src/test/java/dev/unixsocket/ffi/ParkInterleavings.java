package dev.unixsocket.ffi;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.util.concurrent.atomic.AtomicInteger;

/** A thread that parks is woken by what it waits for, by a close and in time. */
public class ParkInterleavings {

    private ParkInterleavings() {}

    /** A thread that is still parked then has lost its wake-up. */
    private static final long FAR = 5_000_000_000L;

    private static final int NOBODYS = 1 << 29;
    private static final int WOKEN = 1;
    private static final int LOST = 2;
    private static final int TIMED_OUT = 3;

    private static SocketState socket() {
        SocketState socket = new SocketState(fd -> {});
        socket.open(NOBODYS, null);
        return socket;
    }

    /** As a call waits: takes a ticket, tries, and parks if it found nothing. */
    private static int await(Direction input, Found found, long nanos) {
        long deadline = Timeouts.deadline(nanos);
        while (true) {
            int ticket = input.events();
            if (found.now()) {
                return WOKEN;
            }
            if (input.park(ticket, deadline) < 0) {
                return nanos == FAR ? LOST : TIMED_OUT;
            }
        }
    }

    private interface Found {
        boolean now();
    }

    /** One thread waits for what another brings. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
    @State
    public static class AWaitAndAnEvent {

        private final Direction input = socket().input();
        private volatile boolean there;

        /** Waits. */
        @Actor
        public void await(II_Result result) {
            result.r1 = ParkInterleavings.await(input, () -> there, FAR);
        }

        /** The poller. */
        @Actor
        public void signal() {
            there = true;
            input.signal();
        }
    }

    /** A thread waits on a socket that another closes. */
    @JCStressTest
    @Outcome(id = "[01], 1", expect = ACCEPTABLE, desc = "closed before, or woken by it")
    @Outcome(expect = FORBIDDEN, desc = "the wake-up was lost, or the socket is open")
    @State
    public static class AWaitAndAClose {

        private final SocketState socket = socket();

        /** Waits for what never comes. */
        @Actor
        public void await(II_Result result) {
            if (socket.descriptor().acquire() < 0) {
                return;
            }
            long deadline = Timeouts.deadline(FAR);
            int ticket = socket.input().events();
            result.r1 = WOKEN;
            while (!socket.hasEnded()) {
                if (socket.input().park(ticket, deadline) < 0) {
                    result.r1 = LOST;
                    break;
                }
            }
            socket.descriptor().release();
        }

        /** Closes, which waits for the call above. */
        @Actor
        public void close() {
            socket.close();
        }

        /** Afterwards. */
        @Arbiter
        public void afterwards(II_Result result) {
            result.r2 = socket.descriptor().isOpen() ? 0 : 1;
        }
    }

    /** Time runs out while the event comes. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "woken, and the event was taken")
    @Outcome(id = "3, 1", expect = ACCEPTABLE, desc = "timed out, and the event is still there")
    @Outcome(expect = FORBIDDEN, desc = "the event was lost, or taken twice")
    @State
    public static class ATimeoutAndAnEvent {

        private final Direction input = socket().input();
        private final AtomicInteger bytes = new AtomicInteger();

        /** Waits for a moment. */
        @Actor
        public void await(II_Result result) {
            result.r1 = ParkInterleavings.await(input, () -> bytes.compareAndSet(1, 0), 2_000);
        }

        /** The poller. */
        @Actor
        public void signal() {
            bytes.set(1);
            input.signal();
        }

        /** Afterwards. */
        @Arbiter
        public void afterwards(II_Result result) {
            result.r2 = bytes.get();
        }
    }
}
