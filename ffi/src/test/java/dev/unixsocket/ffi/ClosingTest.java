package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A socket is closed while other threads wait on it. */
@EnabledOnOs(OS.LINUX)
class ClosingTest {

    private static final int LARGE = 8 * 1024 * 1024;

    @TempDir Path folder;

    private static final AtomicLong SLOWEST_NANOS = new AtomicLong();

    @AfterAll
    static void printTheSlowestWakeUp() {
        System.out.printf(
                "The slowest thread was woken %d microseconds after close.%n",
                SLOWEST_NANOS.get() / 1000);
    }

    /** Closes while they wait, and expects each to learn that from its call. */
    private void closeUnder(String call, AutoCloseable socket, Callable<?>... waiting)
            throws Exception {
        List<WatchedThread<?>> threads = new ArrayList<>();
        for (Callable<?> wait : waiting) {
            threads.add(WatchedThread.start(wait).awaitBlocked());
        }
        long begin = System.nanoTime();
        socket.close();
        for (WatchedThread<?> thread : threads) {
            Throwable failure = thread.failure();
            assertInstanceOf(SocketClosedException.class, failure);
            assertTrue(
                    failure.getMessage().startsWith(call + ": the socket was closed"),
                    failure.getMessage());
            SLOWEST_NANOS.accumulateAndGet(thread.endedNanos() - begin, Math::max);
        }
    }

    @TestFactory
    Stream<DynamicTest> aThreadThatReadsIsWoken() {
        return EveryKind.test(
                folder,
                connected ->
                        closeUnder("read", connected.server(), () -> receive(connected.server())));
    }

    @TestFactory
    Stream<DynamicTest> aThreadThatWritesIsWoken() {
        return EveryKind.test(
                folder,
                connected ->
                        closeUnder("write", connected.server(), () -> fill(connected.server())));
    }

    private static long fill(StreamSocket socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LARGE);
            while (true) {
                socket.write(buffer, 0, LARGE);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> aReaderAndAWriterAreBothWoken() {
        return EveryKind.test(
                folder,
                connected -> {
                    WatchedThread<Long> writer =
                            WatchedThread.start(() -> fill(connected.server())).awaitBlocked();
                    closeUnder("read", connected.server(), () -> receive(connected.server()));
                    assertInstanceOf(SocketClosedException.class, writer.failure());
                });
    }

    @TestFactory
    Stream<DynamicTest> everyThreadThatAcceptsIsWoken() {
        return EveryKind.test(
                folder,
                connected -> {
                    StreamListener listener = connected.listener();
                    closeUnder(
                            "accept",
                            listener,
                            listener::accept,
                            listener::accept,
                            listener::accept,
                            listener::accept);
                });
    }

    @TestFactory
    Stream<DynamicTest> stoppingAListenerWakesItsThreadsAndLeavesItOpen() {
        return EveryKind.test(
                folder,
                connected -> {
                    StreamListener listener = connected.listener();
                    closeUnder("accept", listener::stop, listener::accept, listener::accept);
                    assertTrue(listener.isOpen());
                    assertThrows(SocketClosedException.class, listener::accept);
                    assertThrows(
                            SyscallException.class,
                            () -> StreamSocket.connect(listener.address(), Duration.ZERO));
                    send(connected.client(), "unharmed");
                    assertEquals("unharmed", receive(connected.server()));
                });
    }

    @TestFactory
    Stream<DynamicTest> shutdownWakesAReaderWithTheEndOfTheStream() {
        return EveryKind.test(
                folder,
                connected -> {
                    WatchedThread<String> reader =
                            WatchedThread.start(() -> receive(connected.server())).awaitBlocked();
                    connected.server().shutdown();
                    assertEquals("", reader.result());
                });
    }

    @Test
    void aSecondCloseDoesNothing() throws IOException {
        Connected connected = Connected.locally();
        connected.close();
        // It has the lowest number that is free: that of a socket which was just closed.
        int other = Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
        try {
            connected.close();
            connected.listener().stop();
            connected.server().shutdown();
        } finally {
            assertEquals(0, Syscalls.close(other));
        }
        assertFalse(connected.server().isOpen());
        assertFalse(connected.listener().isOpen());
    }

    @Test
    void everyCallOnAClosedSocketSaysThatItIsClosed() throws IOException {
        Connected connected = Connected.locally();
        connected.close();
        StreamSocket socket = connected.server();
        String rest = ": the socket was closed by this process: " + connected.listener().address();
        assertEquals("read" + rest, closed(() -> receive(socket)));
        assertEquals("write" + rest, closed(() -> send(socket, "x")));
        assertEquals("getsockopt" + rest, closed(socket::peerCredentials));
        assertEquals("shutdown" + rest, closed(socket::shutdownOutput));
        assertEquals("setsockopt" + rest, closed(() -> socket.sendTimeout(Duration.ZERO)));
        assertEquals("accept" + rest, closed(connected.listener()::accept));
        assertEquals("listen" + rest, closed(() -> connected.listener().listen(5)));
    }

    @Test
    void aSocketThatWasNeverOpenSaysThat() {
        StreamSocket socket = StreamSocket.closed();
        assertFalse(socket.isOpen());
        assertNull(socket.address());
        assertEquals("read: the socket was never open", closed(() -> receive(socket)));
        socket.close();
    }

    private static String closed(org.junit.jupiter.api.function.Executable act) {
        return assertThrows(SocketClosedException.class, act).getMessage();
    }
}
