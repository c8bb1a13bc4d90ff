package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;

/** Reads and writes of several segments, arrays and buffers, and looking at what comes. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
@SuppressWarnings("try") // some are closed under a call
class ShapesTest {

    /** More than a socket buffer, and more than is copied at once. */
    private static final int MANY = 1_000_000;

    private long socketsBefore;

    @BeforeEach
    void countSockets() throws IOException {
        socketsBefore = Connected.openSockets();
    }

    @AfterEach
    void noSocketIsLeft() throws IOException {
        Connected.assertNoneIsLeft(socketsBefore, Connected.openSockets());
    }

    private static MemorySegment[] segments(Arena arena, int... sizes) {
        return Arrays.stream(sizes).mapToObj(arena::allocate).toArray(MemorySegment[]::new);
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(MemorySegment[] segments) {
        byte[] all = new byte[(int) Arrays.stream(segments).mapToLong(s -> s.byteSize()).sum()];
        int at = 0;
        for (MemorySegment segment : segments) {
            int size = (int) segment.byteSize();
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, 0, all, at, size);
            at += size;
        }
        return all;
    }

    private static byte[] readAll(StreamSocket socket, int count) throws IOException {
        byte[] all = new byte[count];
        for (int done = 0; done < count; ) {
            int read = socket.read(all, done, count - done);
            assertTrue(read > 0 && read <= 64 * 1024, read + " bytes at once");
            done += read;
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void segmentsAreWrittenInTheirOrder(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName());
                Arena arena = Arena.ofShared()) {
            // more segments than one call takes, of which some are empty
            MemorySegment[] segments = segments(arena, 1, 0, 3, 5_000, 0, 300_000);
            MemorySegment[] all = new MemorySegment[60];
            for (int i = 0; i < all.length; i++) {
                all[i] = segments[i % segments.length];
                byte[] content = random((int) all[i].byteSize());
                MemorySegment.copy(content, 0, all[i], ValueLayout.JAVA_BYTE, 0, content.length);
            }
            byte[] expected = joined(all);
            Way.Task<Long> writer = way.start(() -> connected.server().write(all));
            assertArrayEquals(expected, readAll(connected.client(), expected.length));
            assertEquals(expected.length, writer.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void segmentsAreFilledInTheirOrder(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName());
                Arena arena = Arena.ofShared()) {
            MemorySegment[] segments = segments(arena, 2, 0, 3, 100);
            Way.Task<Long> reader = way.start(() -> connected.server().read(segments));
            reader.awaitWaiting(connected.server().state());
            Connected.send(connected.client(), "segments");
            assertEquals(8, reader.result());
            assertEquals("segments", new String(joined(segments), 0, 8, StandardCharsets.UTF_8));
            connected.client().shutdownOutput();
            assertEquals(0, connected.server().read(segments));
        }
    }

    @ParameterizedTest
    @EnumSource
    void arraysAreCopiedWhole(Way way) throws Exception {
        byte[] sent = random(MANY);
        try (Connected connected = way.connect(Connected.freeName())) {
            Way.Task<Integer> writer =
                    way.start(() -> connected.server().write(sent, 10, MANY - 10));
            byte[] expected = Arrays.copyOfRange(sent, 10, MANY);
            assertArrayEquals(expected, readAll(connected.client(), MANY - 10));
            assertEquals(MANY - 10, writer.result());
            Way.Task<byte[]> reader = way.start(() -> readAll(connected.server(), MANY));
            assertEquals(MANY, connected.client().write(sent, 0, MANY));
            assertArrayEquals(sent, reader.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void buffersMoveTheirPositions(Way way) throws Exception {
        ByteBuffer[] from = {
            ByteBuffer.wrap(random(70_000)).position(5),
            ByteBuffer.wrap(random(10)).asReadOnlyBuffer(),
            ByteBuffer.allocateDirect(0),
            ByteBuffer.allocateDirect(500_000).put(random(400_000)).flip(),
        };
        ByteBuffer[] to = {
            ByteBuffer.allocate(3), ByteBuffer.allocateDirect(0), ByteBuffer.allocate(600_000)
        };
        roundTrip(way, from, to);
        ByteBuffer[] direct = {
            ByteBuffer.allocateDirect(7).put(random(7)).flip(),
            ByteBuffer.allocateDirect(300_000).put(random(300_000)).position(9).limit(299_999),
        };
        ByteBuffer[] directTo = {ByteBuffer.allocateDirect(100), ByteBuffer.allocateDirect(MANY)};
        roundTrip(way, direct, directTo);
        for (ByteBuffer single : new ByteBuffer[] {from[0], from[1], from[3]}) {
            roundTrip(way, new ByteBuffer[] {single.rewind()}, new ByteBuffer[] {to[2].clear()});
        }
    }

    private static void roundTrip(Way way, ByteBuffer[] from, ByteBuffer[] to) throws Exception {
        int length = Arrays.stream(from).mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer expected = ByteBuffer.allocate(length);
        Arrays.stream(from).forEach(buffer -> expected.put(buffer.duplicate()));
        try (Connected connected = way.connect(Connected.freeName())) {
            StreamSocket socket = connected.server();
            Way.Task<Long> writer =
                    way.start(
                            () ->
                                    from.length == 1
                                            ? socket.write(from[0])
                                            : socket.write(from, 0, from.length));
            long got = 0;
            while (got < length) {
                long read =
                        to.length == 1
                                ? connected.client().read(to[0])
                                : connected.client().read(to, 0, to.length);
                assertTrue(read > 0);
                got += read;
            }
            assertEquals(length, writer.result());
        }
        ByteBuffer came = ByteBuffer.allocate(length);
        Arrays.stream(to).forEach(buffer -> came.put(buffer.duplicate().flip()));
        assertEquals(expected.flip(), came.flip());
        Arrays.stream(from).forEach(buffer -> assertEquals(0, buffer.remaining()));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPeekedAtStays(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName());
                Arena arena = Arena.ofShared()) {
            MemorySegment buffer = arena.allocate(16);
            Way.Task<Long> peeker = way.start(() -> connected.server().peek(buffer, 0, 4));
            peeker.awaitWaiting(connected.server().state());
            Connected.send(connected.client(), "hello");
            assertEquals(4, peeker.result());
            assertEquals("hell", buffer.getString(0));
            assertEquals(5, connected.server().peek(buffer, 0, 16));
            assertEquals("hello", Connected.receive(connected.server()));
            connected.client().close();
            assertEquals(0, connected.server().peek(buffer, 0, 16));
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeoutsHoldForEachShape(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName());
                Arena arena = Arena.ofShared()) {
            StreamSocket socket = connected.server();
            socket.receiveTimeout(Duration.ofMillis(20));
            socket.sendTimeout(Duration.ofMillis(20));
            MemorySegment[] segments = segments(arena, 10, MANY);
            assertTimesOut(way, () -> socket.read(segments));
            assertTimesOut(way, () -> (long) socket.read(new byte[10], 0, 10));
            assertTimesOut(way, () -> (long) socket.read(ByteBuffer.allocate(10)));
            assertTimesOut(way, () -> socket.peek(segments[0], 0, 10));
            long taken = way.start(() -> socket.write(segments)).result();
            assertTrue(taken > 0 && taken < MANY, taken + " bytes");
            assertTimesOut(way, () -> (long) socket.write(new byte[MANY], 0, MANY));
            assertTimesOut(way, () -> socket.write(segments));
        }
    }

    private static void assertTimesOut(Way way, Callable<Long> call) throws Exception {
        Throwable failure = way.start(call).failure();
        assertTrue(failure instanceof SyscallException e && e.timedOut(), failure::toString);
    }

    @Test
    void badArgumentsAreRefusedAndTheSocketStaysUsable() throws Exception {
        try (Connected connected = Connected.locally();
                Arena arena = Arena.ofConfined()) {
            StreamSocket socket = connected.server();
            MemorySegment heap = MemorySegment.ofArray(new byte[4]);
            MemorySegment good = arena.allocate(4);
            Class<? extends Exception> argument = IllegalArgumentException.class;
            assertThrows(argument, () -> socket.write(new MemorySegment[] {good, heap}));
            assertThrows(argument, () -> socket.read(new MemorySegment[] {good, heap}));
            MemorySegment[] readOnly = {good, arena.allocate(4).asReadOnly()};
            assertThrows(argument, () -> socket.read(readOnly));
            assertThrows(argument, () -> socket.read(ByteBuffer.allocate(4).asReadOnlyBuffer()));
            assertThrows(argument, () -> socket.peek(heap, 0, 4));
            Class<? extends Exception> bounds = IndexOutOfBoundsException.class;
            assertThrows(bounds, () -> socket.read(new byte[4], 2, 3));
            assertThrows(bounds, () -> socket.write(new byte[4], -1, 3));
            assertThrows(bounds, () -> socket.peek(good, 0, 5));
            assertThrows(bounds, () -> socket.write(new ByteBuffer[1], 1, 1));
            Class<? extends Exception> none = NullPointerException.class;
            assertThrows(none, () -> socket.read(new MemorySegment[] {good, null}));
            assertThrows(none, () -> socket.write((byte[]) null, 0, 0));
            assertThrows(none, () -> socket.write(new ByteBuffer[1], 0, 1));
            MemorySegment gone;
            try (Arena closed = Arena.ofShared()) {
                gone = closed.allocate(4);
            }
            assertThrows(
                    IllegalStateException.class,
                    () -> socket.write(new MemorySegment[] {good, gone}));
            Throwable other =
                    Way.BLOCK.start(() -> socket.write(new MemorySegment[] {good})).failure();
            assertEquals(WrongThreadException.class, other.getClass());
            assertEquals(2, socket.write(new byte[] {'o', 'k'}, 0, 2));
            assertEquals("ok", Connected.receive(connected.client()));
            socket.close();
            assertThrows(
                    SocketClosedException.class, () -> socket.write(new MemorySegment[] {good}));
            assertThrows(SocketClosedException.class, () -> socket.read(new byte[1], 0, 1));
        }
    }

    /** The kernel writes into the memory while the call waits. */
    @Test
    void memoryOfACallUnderWayIsNotFreed() throws Exception {
        try (Connected connected = Connected.locally()) {
            Arena arena = Arena.ofShared();
            MemorySegment[] segments = segments(arena, 4, 4);
            WatchedThread<Long> reader =
                    WatchedThread.start(() -> connected.server().read(segments)).awaitBlocked();
            assertThrows(IllegalStateException.class, arena::close);
            Connected.send(connected.client(), "word");
            assertEquals(4, reader.result());
            arena.close();
        }
    }

    @Test
    void aChannelEndsAsChannelsDo() throws Exception {
        try (Connected connected = Connected.locally()) {
            StreamChannel channel = connected.server().channel();
            StreamChannel peer = connected.client().channel();
            assertEquals(5, peer.write(StandardCharsets.UTF_8.encode("hello")));
            ByteBuffer[] two = {ByteBuffer.allocate(2), ByteBuffer.allocate(10)};
            assertEquals(5, channel.read(two));
            assertEquals(3, two[1].position());
            assertEquals(0, channel.read(ByteBuffer.allocate(0)));
            connected.client().shutdownOutput();
            assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
            assertEquals(-1, channel.read(new ByteBuffer[] {ByteBuffer.allocateDirect(1)}));
            WatchedThread<Integer> reader =
                    WatchedThread.start(() -> peer.read(ByteBuffer.allocate(1))).awaitBlocked();
            peer.close();
            assertEquals(AsynchronousCloseException.class, reader.failure().getClass());
            assertThrows(ClosedChannelException.class, () -> peer.read(ByteBuffer.allocate(1)));
            assertTrue(!peer.isOpen() && channel.isOpen());
        }
    }

    @Test
    void anInterruptClosesAChannel() throws Exception {
        try (Connected connected = Way.BLOCK_VIRTUAL.connect(Connected.freeName())) {
            StreamChannel channel = connected.server().channel();
            Way.Task<Integer> reader =
                    Way.BLOCK_VIRTUAL.start(() -> channel.read(ByteBuffer.allocate(1)));
            reader.awaitWaiting(connected.server().state());
            reader.interrupt();
            assertEquals(ClosedByInterruptException.class, reader.failure().getClass());
            assertTrue(!channel.isOpen());
        }
    }
}
