package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.PATIENCE;
import static dev.unixsocket.ffi.Connected.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** A deadline is a point in time: signals leave it where it is, as a profiler sends them. */
@EnabledOnOs(OS.LINUX)
class DeadlineTest {

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    /** Enough for another thread to do something meanwhile. */
    private static final Duration LONGER = Duration.ofSeconds(3);

    private static final Duration BETWEEN_SIGNALS = Duration.ofMillis(60);

    /** So many signals would come before a call ends that begins anew with each. */
    private static final int MANY_SIGNALS = 500;

    private static final int LARGE = 8 * 1024 * 1024;

    private final MemorySegment large = Arena.ofAuto().allocate(LARGE);

    /** Sends signals to a thread until its call has ended, and counts them. */
    private static <T> WatchedThread<T> underSignals(Callable<T> call) throws Exception {
        long begin = System.nanoTime();
        WatchedThread<T> thread = WatchedThread.start(call).awaitBlocked();
        for (int sent = 0; !thread.isDone(); sent++) {
            assertTrue(sent < MANY_SIGNALS, "signals have moved the deadline");
            thread.signal(InterruptSignal.NUMBER);
            LockSupport.parkNanos(BETWEEN_SIGNALS.toNanos());
        }
        assertTrue(thread.endedNanos() - begin >= TIMEOUT.toNanos(), "it ended before its time");
        return thread;
    }

    private static void assertTimesOut(Callable<?> call) throws Exception {
        assertTrue(((SyscallException) underSignals(call).failure()).timedOut());
    }

    @Test
    void ofARead() throws Exception {
        for (Address address : List.of(Connected.freeName(), Address.loopback(0))) {
            try (Connected connected = Connected.over(address)) {
                connected.server().receiveTimeout(TIMEOUT);
                assertTimesOut(() -> receive(connected.server()));
            }
        }
    }

    @Test
    void ofAWrite() throws Exception {
        try (Connected connected = Connected.locally()) {
            StreamSocket server = connected.server();
            server.sendTimeout(TIMEOUT);
            assertTrue(underSignals(() -> server.write(large, 0, LARGE)).result() < LARGE);
            assertTimesOut(() -> server.write(large, 0, LARGE));
        }
    }

    @Test
    void ofAccept() throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5)) {
            assertTimesOut(listener.acceptTimeout(TIMEOUT)::accept);
        }
    }

    @Test
    void ofConnect() throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(0);
                StreamSocket first = StreamSocket.connect(listener.address(), PATIENCE)) {
            assertTimesOut(() -> StreamSocket.connect(first.address(), TIMEOUT));
        }
    }

    /** What a signal leaves of the time for connecting is not the time for writing. */
    @Test
    void connectUnderSignalsLeavesItsTimeoutInForceForWrites() throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(0)) {
            StreamSocket first = StreamSocket.connect(listener.address(), PATIENCE);
            WatchedThread<StreamSocket> connecting =
                    WatchedThread.start(() -> StreamSocket.connect(listener.address(), LONGER))
                            .awaitBlocked();
            connecting.signal(InterruptSignal.NUMBER);
            connecting.awaitBlocked();
            listener.accept().close();
            try (StreamSocket client = connecting.result()) {
                long begin = System.nanoTime();
                assertTrue(client.write(large, 0, LARGE) < LARGE);
                assertTrue(System.nanoTime() - begin >= LONGER.toNanos());
            }
            first.close();
        }
    }

    @Test
    void ofAwaitWritable() throws Exception {
        try (Connected connected = Connected.locally()) {
            StreamSocket server = connected.server();
            while (server.writeNow(large, 0, LARGE) >= 0) {}
            assertFalse(underSignals(() -> server.awaitWritable(TIMEOUT)).result());
        }
    }

    @Test
    void aSignalDoesNotCutAWriteShort() throws Exception {
        try (Connected connected = Connected.locally()) {
            StreamSocket server = connected.server();
            WatchedThread<Long> writer =
                    WatchedThread.start(() -> server.write(large, 0, LARGE)).awaitBlocked();
            for (long left = LARGE; left > 0; ) {
                writer.signal(InterruptSignal.NUMBER);
                left -= connected.client().read(large, 0, LARGE);
            }
            assertEquals(LARGE, writer.result());
        }
    }

    private interface Limited {
        void by(Duration limit) throws IOException;
    }

    @Test
    void oneRuleHoldsForAllDurations() throws Exception {
        try (Connected connected = Connected.locally();
                Poller poller = Poller.open()) {
            StreamSocket server = connected.server();
            List<Limited> calls =
                    List.of(
                            server::receiveTimeout,
                            server::sendTimeout,
                            server::awaitWritable,
                            connected.listener()::acceptTimeout,
                            limit -> {
                                poller.wakeUp();
                                poller.dispatch(limit);
                            },
                            limit -> {
                                StreamSocket.connect(server.address(), limit).close();
                                connected.listener().accept().close();
                            });
            for (Limited call : calls) {
                assertThrows(IllegalArgumentException.class, () -> call.by(Duration.ofMillis(-5)));
                call.by(Duration.ZERO);
                call.by(ChronoUnit.FOREVER.getDuration());
                call.by(Duration.ofDays(365 * 200));
            }
        }
    }

    @Test
    void whatIsRoundedIsRoundedUp() {
        assertEquals(1, Timeouts.millis(1));
        assertEquals(1, Timeouts.millis(1_000_000));
        assertEquals(2, Timeouts.millis(1_000_001));
        assertEquals(-1, Timeouts.millis(Timeouts.NONE));
        assertEquals(Integer.MAX_VALUE, Timeouts.millis(Long.MAX_VALUE / 2));
        assertEquals(Timeouts.NONE, Timeouts.nanos(Duration.ofSeconds(Long.MAX_VALUE)));
        assertEquals(0, Timeouts.millisLeft(Timeouts.deadline(1)));
    }
}
