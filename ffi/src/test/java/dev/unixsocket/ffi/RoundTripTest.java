package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Bytes that go over a connection, whatever its address. */
@EnabledOnOs(OS.LINUX)
class RoundTripTest {

    /** More than any socket buffer holds. */
    private static final int LARGE = 8 * 1024 * 1024;

    @TempDir Path folder;

    @TestFactory
    Stream<DynamicTest> bytesArriveInBothDirections() {
        return EveryKind.test(
                folder,
                connected -> {
                    send(connected.client(), "there");
                    assertEquals("there", receive(connected.server()));
                    send(connected.server(), "and back");
                    assertEquals("and back", receive(connected.client()));
                });
    }

    @TestFactory
    Stream<DynamicTest> aLargeTransferArrivesWholeAndInOrder() {
        return EveryKind.test(
                folder,
                connected -> {
                    WatchedThread<Long> writer =
                            WatchedThread.start(() -> writePattern(connected.client()));
                    assertEquals(LARGE, readPattern(connected.server()));
                    assertEquals(LARGE, writer.result());
                });
    }

    @TestFactory
    Stream<DynamicTest> aReadBringsAtMostWhatWasAskedForAndLeavesTheRest() {
        return EveryKind.test(
                folder,
                connected -> {
                    send(connected.client(), "abcdef");
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment buffer = arena.allocate(10);
                        assertEquals(4, connected.server().read(buffer, 3, 4));
                        assertEquals(0, buffer.get(ValueLayout.JAVA_BYTE, 2));
                        assertEquals('a', buffer.get(ValueLayout.JAVA_BYTE, 3));
                        assertEquals('d', buffer.get(ValueLayout.JAVA_BYTE, 6));
                        assertEquals(0, buffer.get(ValueLayout.JAVA_BYTE, 7));
                    }
                    assertEquals("ef", receive(connected.server()));
                });
    }

    @TestFactory
    Stream<DynamicTest> aPeerThatEndedItsStreamIsReadToTheEndAndCanStillBeAnswered() {
        return EveryKind.test(
                folder,
                connected -> {
                    send(connected.client(), "last words");
                    connected.client().shutdownOutput();
                    assertEquals("last words", receive(connected.server()));
                    assertEquals("", receive(connected.server()));
                    send(connected.server(), "answer");
                    assertEquals("answer", receive(connected.client()));
                });
    }

    @TestFactory
    Stream<DynamicTest> shutdownEndsBothDirectionsAndLeavesTheSocketOpen() {
        return EveryKind.test(
                folder,
                connected -> {
                    connected.server().shutdown();
                    assertTrue(connected.server().isOpen());
                    assertEquals("", receive(connected.server()));
                    assertEquals("", receive(connected.client()));
                });
    }

    @TestFactory
    Stream<DynamicTest> bothEndsKnowTheAddress() {
        return EveryKind.test(
                folder,
                connected -> {
                    assertEquals(connected.listener().address(), connected.client().address());
                    assertEquals(connected.listener().address(), connected.server().address());
                });
    }

    @Test
    void portZeroBecomesThePortThatBindChose() throws IOException {
        try (StreamListener listener = StreamListener.bind(Address.loopback(0))) {
            Address.Loopback bound = assertInstanceOf(Address.Loopback.class, listener.address());
            assertTrue(bound.port() > 0, bound.toString());
        }
    }

    @Test
    void aBufferThatTheSystemCannotUseIsRefusedAndTheSocketLivesOn() throws IOException {
        try (Connected connected = Connected.locally();
                Arena arena = Arena.ofConfined()) {
            MemorySegment heap = MemorySegment.ofArray(new byte[10]);
            MemorySegment small = arena.allocate(10);
            StreamSocket server = connected.server();
            assertThrows(IllegalArgumentException.class, () -> server.read(heap, 0, 10));
            assertThrows(IndexOutOfBoundsException.class, () -> server.read(small, 0, 11));
            assertThrows(IndexOutOfBoundsException.class, () -> server.write(small, 10, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> server.read(small, -1, 1));
            Arena ended = Arena.ofConfined();
            MemorySegment freed = ended.allocate(10);
            ended.close();
            assertThrows(IllegalStateException.class, () -> server.read(freed, 0, 10));
            send(connected.client(), "still there");
            assertEquals("still there", receive(server));
        }
    }

    /** They work, though each pins its carrier while it waits. */
    @Test
    void virtualThreadsCanUseTheSockets() throws Exception {
        try (Connected connected = Connected.locally()) {
            CompletableFuture<String> heard = new CompletableFuture<>();
            Thread.startVirtualThread(
                    () -> {
                        try {
                            heard.complete(receive(connected.server()));
                        } catch (IOException e) {
                            heard.completeExceptionally(e);
                        }
                    });
            assertFalse(heard.isDone());
            send(connected.client(), "hello");
            assertEquals("hello", heard.get(WatchedThread.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void anInterruptedThreadCanStillReadAndClose() throws Exception {
        try (Connected connected = Connected.locally()) {
            send(connected.client(), "hello");
            Thread.currentThread().interrupt();
            assertEquals("hello", receive(connected.server()));
            connected.server().close();
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void aSocketThatIsFilledAgainHasNothingOfItsEarlierConnection() throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5);
                StreamSocket first = StreamSocket.connect(listener.address(), Duration.ZERO);
                StreamSocket second = StreamSocket.connect(listener.address(), Duration.ZERO)) {
            StreamSocket reused = StreamSocket.closed();
            listener.accept(reused);
            reused.receiveTimeout(Duration.ofNanos(1));
            send(first, "for the first");
            reused.close();
            assertThrows(SocketClosedException.class, () -> receive(reused));

            listener.accept(reused);
            WatchedThread<String> reader = WatchedThread.start(() -> receive(reused));
            send(second, "for the second");
            assertEquals("for the second", reader.result());
            reused.close();
            assertFalse(reused.isOpen());
        }
    }

    @Test
    void aSocketThatIsOpenIsNotFilledAgainAndStaysAsItIs() throws IOException {
        try (Connected connected = Connected.locally()) {
            long before = Connected.openSockets();
            assertThrows(
                    IllegalStateException.class,
                    () -> connected.listener().accept(connected.server()));
            Connected.assertNoneIsLeft(before, Connected.openSockets());
            send(connected.client(), "same as ever");
            assertEquals("same as ever", receive(connected.server()));
        }
    }

    private static long writePattern(StreamSocket socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LARGE);
            for (int i = 0; i < LARGE; i++) {
                buffer.set(ValueLayout.JAVA_BYTE, i, pattern(i));
            }
            long sent = 0;
            while (sent < LARGE) {
                sent += socket.write(buffer, sent, LARGE - sent);
            }
            return sent;
        }
    }

    private static long readPattern(StreamSocket socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(64 * 1024);
            long received = 0;
            while (received < LARGE) {
                long count = socket.read(buffer, 0, buffer.byteSize());
                assertTrue(count > 0, "the stream ended at byte " + received);
                for (long i = 0; i < count; i++) {
                    if (buffer.get(ValueLayout.JAVA_BYTE, i) != pattern(received + i)) {
                        throw new AssertionError("byte " + (received + i) + " is wrong");
                    }
                }
                received += count;
            }
            return received;
        }
    }

    /** Its period is no power of two, so that a block in the wrong place shows. */
    private static byte pattern(long index) {
        return (byte) (index % 251);
    }
}
