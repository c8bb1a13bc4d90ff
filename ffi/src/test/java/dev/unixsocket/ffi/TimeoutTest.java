package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;
import static dev.unixsocket.ffi.FailedCallsTest.failure;

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
import java.util.ArrayList;
import java.util.List;

/** SO_RCVTIMEO and SO_SNDTIMEO. */
@EnabledOnOs(OS.LINUX)
class TimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(30);
    private static final int LARGE = 8 * 1024 * 1024;

    @Test
    void aReadThatNothingComesForTimesOut() throws IOException {
        try (Connected connected = Connected.locally()) {
            connected.server().receiveTimeout(SHORT);
            long begin = System.nanoTime();
            SyscallException failure =
                    failure("read", Errno.EAGAIN, () -> receive(connected.server()));
            assertTrue(failure.timedOut());
            assertTrue(System.nanoTime() - begin >= SHORT.toNanos(), "it did not wait");
            send(connected.client(), "late");
            assertEquals("late", receive(connected.server()));
        }
    }

    @Test
    void aWriteThatNobodyReadsTakesSomeThenTimesOut() throws IOException {
        try (Connected connected = Connected.locally();
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LARGE);
            connected.server().sendTimeout(SHORT);
            long taken = connected.server().write(buffer, 0, LARGE);
            assertTrue(taken > 0 && taken < LARGE, "taken: " + taken);
            SyscallException failure =
                    failure(
                            "write",
                            Errno.EAGAIN,
                            () -> connected.server().write(buffer, taken, LARGE - taken));
            assertTrue(failure.timedOut());
        }
    }

    @Test
    void connectingToAFullBacklogTimesOut() throws IOException {
        long before = Connected.openSockets();
        List<StreamSocket> waiting = new ArrayList<>();
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(0)) {
            SyscallException failure =
                    failure(
                            "connect",
                            Errno.EAGAIN,
                            () -> {
                                while (true) {
                                    waiting.add(StreamSocket.connect(listener.address(), SHORT));
                                }
                            });
            assertTrue(failure.timedOut());
            assertEquals(1, waiting.size()); // one more than the backlog
        } finally {
            waiting.forEach(StreamSocket::close);
        }
        Connected.assertNoneIsLeft(before, Connected.openSockets());
    }

    @Test
    void connectingToAFullBacklogSucceedsWhenThereIsRoom() throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(0);
                StreamSocket first = StreamSocket.connect(listener.address(), Duration.ZERO)) {
            WatchedThread<StreamSocket> second =
                    WatchedThread.start(
                                    () -> StreamSocket.connect(listener.address(), Duration.ZERO))
                            .awaitBlocked();
            try (StreamSocket accepted = listener.accept()) {
                send(first, "first");
                assertEquals("first", receive(accepted));
            }
            second.result().close();
        }
    }

    @Test
    void theTimeoutOfConnectStaysInForceForWrites() throws IOException {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5);
                StreamSocket client = StreamSocket.connect(listener.address(), SHORT);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LARGE);
            long taken = client.write(buffer, 0, LARGE);
            assertTrue(taken < LARGE);
        }
    }

    /** A timeval of 0 means no limit, so the shortest timeout must not be rounded to it. */
    @Test
    void aNanosecondIsRoundedUpAndNotToNoLimit() throws IOException {
        try (Connected connected = Connected.locally()) {
            connected.server().receiveTimeout(Duration.ofNanos(1));
            assertTrue(failure("read", Errno.EAGAIN, () -> receive(connected.server())).timedOut());
        }
        assertEquals(1, Timeouts.micros(1));
        assertEquals(1, Timeouts.micros(1000));
        assertEquals(2, Timeouts.micros(1001));
        assertEquals(1_000_000, Timeouts.micros(999_999_001));
    }

    @Test
    void zeroWaitsWithoutLimitAgain() throws Exception {
        try (Connected connected = Connected.locally()) {
            connected.server().receiveTimeout(Duration.ofNanos(1));
            connected.server().receiveTimeout(Duration.ZERO);
            WatchedThread<String> reader =
                    WatchedThread.start(() -> receive(connected.server())).awaitBlocked();
            send(connected.client(), "in the end");
            assertEquals("in the end", reader.result());
        }
    }

    /** The kernel takes a negative number of seconds for "do not wait at all". */
    @Test
    void theLongestDurationDoesNotOverflowToNoWaitAtAll() throws Exception {
        try (Connected connected = Connected.locally()) {
            connected.server().receiveTimeout(Duration.ofSeconds(Long.MAX_VALUE));
            WatchedThread<String> reader =
                    WatchedThread.start(() -> receive(connected.server())).awaitBlocked();
            assertFalse(reader.isDone());
            send(connected.client(), "in the end");
            assertEquals("in the end", reader.result());
        }
    }

    @Test
    void aNegativeTimeoutIsRefusedAndCostsNothing() throws IOException {
        try (Connected connected = Connected.locally()) {
            long before = Connected.openSockets();
            Duration negative = Duration.ofNanos(-1);
            List<IllegalArgumentException> refusals =
                    List.of(
                            assertThrows(
                                    IllegalArgumentException.class,
                                    () -> connected.server().receiveTimeout(negative)),
                            assertThrows(
                                    IllegalArgumentException.class,
                                    () -> connected.server().sendTimeout(negative)),
                            assertThrows(
                                    IllegalArgumentException.class,
                                    () ->
                                            StreamSocket.connect(
                                                    connected.listener().address(), negative)));
            for (IllegalArgumentException refusal : refusals) {
                assertEquals("a timeout cannot be negative: PT-0.000000001S", refusal.getMessage());
            }
            Connected.assertNoneIsLeft(before, Connected.openSockets());
        }
    }

    @Test
    void settingATimeoutOfAClosedSocketSaysThatItIsClosed() throws IOException {
        try (Connected connected = Connected.locally()) {
            connected.server().close();
            SocketClosedException refusal =
                    assertThrows(
                            SocketClosedException.class,
                            () -> connected.server().receiveTimeout(SHORT));
            assertEquals(
                    "setsockopt: the socket was closed by this process: "
                            + connected.listener().address(),
                    refusal.getMessage());
        }
    }
}
