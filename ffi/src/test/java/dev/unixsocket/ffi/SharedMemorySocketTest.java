package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.RequiredTools.requireTool;
import static dev.unixsocket.ffi.Shared.CAPACITY;
import static dev.unixsocket.ffi.Shared.receive;
import static dev.unixsocket.ffi.Shared.send;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A stream over rings does what the stream of a socket does, in each way of waiting. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed under a call
class SharedMemorySocketTest {

    private static final Duration SHORT = Duration.ofMillis(30);

    @TempDir Path folder;

    private final byte[] full = new byte[(int) CAPACITY];
    private Shared.Left before;

    @BeforeEach
    void countSockets() throws IOException {
        before = Shared.Left.now();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        before.assertNothingIsLeft();
    }

    private static SocketState state(SharedMemorySocket socket) throws Exception {
        var field = SharedMemorySocket.class.getDeclaredField("socket");
        field.setAccessible(true);
        return ((StreamSocket) field.get(socket)).state();
    }

    @ParameterizedTest
    @EnumSource
    void aReadWaitsForBytes(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            for (String text : List.of("first", "second", "third")) {
                var reader = way.start(() -> receive(shared.accepter()));
                reader.awaitWaiting(state(shared.accepter()));
                send(shared.offerer(), text);
                assertEquals(text, reader.result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteWaitsForRoom(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            shared.offerer().write(full, 0, full.length);
            var writer = way.start(() -> shared.offerer().write(full, 0, 100));
            writer.awaitWaiting(state(shared.offerer()));
            byte[] read = new byte[full.length];
            assertEquals(full.length, shared.accepter().read(read, 0, read.length));
            assertEquals(100, writer.result());
            assertEquals(100, shared.accepter().read(read, 0, read.length));
        }
    }

    /** One reads and one writes on the same side, and either is woken for itself. */
    @ParameterizedTest
    @EnumSource
    void bothDirectionsWaitAtOnce(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            byte[] read = new byte[full.length];
            for (int i = 0; i < 20; i++) {
                boolean first = i % 2 == 0;
                shared.offerer().write(full, 0, full.length);
                var reader = way.start(() -> receive(shared.offerer()));
                reader.awaitWaiting(state(shared.offerer()));
                var writer = way.start(() -> shared.offerer().write(full, 0, 10));
                if (first) {
                    send(shared.accepter(), "answer");
                    assertEquals("answer", reader.result());
                }
                assertEquals(full.length, shared.accepter().read(read, 0, read.length));
                assertEquals(10, writer.result());
                if (!first) {
                    send(shared.accepter(), "answer");
                    assertEquals("answer", reader.result());
                }
                assertEquals(10, shared.accepter().read(read, 0, read.length));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyBytesGoBothWaysAndStayInOrder(Way way) throws Exception {
        int bytes = 3_000_000;
        try (Shared shared = Shared.with(way.waiting)) {
            var there = way.start(() -> sendNumbers(shared.offerer(), bytes, 1));
            var back = way.start(() -> sendNumbers(shared.accepter(), bytes, 2));
            var atAccepter = way.start(() -> checkNumbers(shared.accepter(), 3));
            var atOfferer = way.start(() -> checkNumbers(shared.offerer(), 4));
            assertEquals(bytes, there.result());
            assertEquals(bytes, back.result());
            assertEquals(bytes, atAccepter.result());
            assertEquals(bytes, atOfferer.result());
        }
    }

    /** What the other side writes meanwhile fills its ring, so that it is to be woken. */
    @ParameterizedTest
    @EnumSource
    void noBellComesBetweenTheFirstBytes(Way way) throws Exception {
        byte[] first = new byte[2_000_000];
        for (int i = 0; i < first.length; i++) {
            first[i] = at(i);
        }
        SocketPair<StreamSocket> pair = StreamSocket.pair();
        try (Shared shared =
                new Shared(
                        SharedMemorySocket.offer(pair.first(), CAPACITY).waiting(way.waiting),
                        SharedMemorySocket.accept(pair.second(), Shared.NO_LIMIT)
                                .waiting(way.waiting))) {
            var writer = way.start(() -> shared.offerer().write(first, 0, first.length));
            var echo = way.start(() -> echo(shared.accepter(), first.length));
            byte[] back = new byte[first.length];
            for (int done = 0; done < back.length; ) {
                int count = shared.offerer().read(back, done, back.length - done);
                assertTrue(count > 0);
                done += count;
            }
            assertEquals(first.length, writer.result());
            assertEquals(first.length, echo.result());
            assertTrue(shared.offerer().isShared());
            assertArrayEquals(first, back);
        }
    }

    private static int echo(SharedMemorySocket socket, int bytes) throws IOException {
        byte[] part = new byte[10_000];
        int done = 0;
        while (done < bytes) {
            int count = socket.read(part, 0, part.length);
            assertEquals(count, socket.write(part, 0, count));
            done += count;
        }
        return done;
    }

    private static byte at(long position) {
        return (byte) (position * 31 >> 3);
    }

    /** In parts of any size, from memory of any kind, and then the end. */
    private static long sendNumbers(SharedMemorySocket socket, int bytes, int seed)
            throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(20_000);
            byte[] array = new byte[20_000];
            int done = 0;
            while (done < bytes) {
                int count = Math.min(bytes - done, 1 + random.nextInt(random.nextInt(1, 20_000)));
                for (int i = 0; i < count; i++) {
                    array[i] = at(done + i);
                }
                MemorySegment.copy(array, 0, memory, JAVA_BYTE, 0, count);
                done +=
                        switch (random.nextInt(4)) {
                            case 0 -> socket.write(array, 0, count);
                            case 1 -> socket.write(memory.asByteBuffer().limit(count));
                            case 2 -> writeInPlace(socket, array, count);
                            default -> (int) socket.write(memory, 0, count);
                        };
            }
            socket.shutdownOutput();
            return done;
        }
    }

    private static int writeInPlace(SharedMemorySocket socket, byte[] array, int count)
            throws IOException {
        long offset = socket.claim(count);
        MemorySegment.copy(array, 0, socket.outputMemory(), JAVA_BYTE, offset, count);
        socket.publish(count);
        return count;
    }

    private static long checkNumbers(SharedMemorySocket socket, int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] array = new byte[20_000];
        long done = 0;
        while (true) {
            int most = 1 + random.nextInt(array.length);
            int count =
                    switch (random.nextInt(3)) {
                        case 0 -> socket.read(array, 0, most);
                        case 1 -> socket.read(ByteBuffer.wrap(array, 0, most));
                        default -> readInPlace(socket, array, most);
                    };
            if (count == 0) {
                return done;
            }
            for (int i = 0; i < count; i++) {
                if (array[i] != at(done + i)) {
                    throw new AssertionError("another byte at " + (done + i));
                }
            }
            done += count;
        }
    }

    private static int readInPlace(SharedMemorySocket socket, byte[] array, int most)
            throws IOException {
        int count = (int) Math.min(most, socket.awaitInput(1));
        long offset = socket.inputOffset();
        MemorySegment.copy(socket.inputMemory(), JAVA_BYTE, offset, array, 0, count);
        socket.release(count);
        return count;
    }

    @ParameterizedTest
    @EnumSource
    void aReadTimesOutNotBeforeItsTimeAndTheConnectionLivesOn(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            shared.accepter().receiveTimeout(SHORT);
            long before = System.nanoTime();
            assertTimedOut(way.start(() -> receive(shared.accepter())).failure());
            assertTrue(System.nanoTime() - before >= SHORT.toNanos());
            send(shared.offerer(), "late");
            assertEquals("late", receive(shared.accepter()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteTimesOutAndSaysWhatWasTaken(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            shared.offerer().sendTimeout(SHORT);
            byte[] more = new byte[full.length + 10];
            assertEquals(
                    full.length,
                    way.start(() -> shared.offerer().write(more, 0, more.length)).result());
            assertTimedOut(way.start(() -> shared.offerer().write(more, 0, 1)).failure());
            assertTimedOut(way.start(() -> shared.offerer().claim(1)).failure());
        }
    }

    private static void assertTimedOut(Throwable failure) {
        assertTrue(assertInstanceOf(SyscallException.class, failure).timedOut(), failure::toString);
    }

    /** A peer that rings without need cannot keep a call from its deadline. */
    @ParameterizedTest
    @EnumSource
    void bellsForNothingDoNotMoveADeadline(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            shared.accepter().receiveTimeout(SHORT);
            var reader = way.start(() -> receive(shared.accepter()));
            Doorbell bell = new Doorbell(socket(shared.offerer()));
            while (!reader.isDone()) {
                bell.ring();
            }
            assertTimedOut(reader.failure());
        }
    }

    private static StreamSocket socket(SharedMemorySocket socket) throws Exception {
        var field = SharedMemorySocket.class.getDeclaredField("socket");
        field.setAccessible(true);
        return (StreamSocket) field.get(socket);
    }

    @ParameterizedTest
    @EnumSource
    void theEndComesAfterTheBytes(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            send(shared.offerer(), "last");
            shared.offerer().shutdownOutput();
            assertEquals("last", way.start(() -> receive(shared.accepter())).result());
            assertEquals("", way.start(() -> receive(shared.accepter())).result());
            send(shared.accepter(), "still there");
            assertEquals("still there", receive(shared.offerer()));
            assertEquals(Errno.EPIPE, errno(() -> shared.offerer().write(full, 0, 1)));
            var reader = way.start(() -> receive(shared.offerer()));
            reader.awaitWaiting(state(shared.offerer()));
            shared.accepter().shutdownOutput();
            assertEquals("", reader.result());
        }
    }

    private interface Call {
        void make() throws IOException;
    }

    private static Errno errno(Call call) {
        return assertThrows(SyscallException.class, call::make).errno();
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatClosesLeavesWhatItWroteAndWakesBothDirections(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            shared.offerer().write(full, 0, full.length);
            var reader = way.start(() -> receive(shared.offerer()));
            reader.awaitWaiting(state(shared.offerer()));
            var writer = way.start(() -> shared.offerer().write(full, 0, 1));
            shared.accepter().close();
            assertEquals("", reader.result());
            assertEquals(
                    Errno.EPIPE,
                    assertInstanceOf(SyscallException.class, writer.failure()).errno());
        }
        try (Shared shared = Shared.with(way.waiting)) {
            send(shared.offerer(), "last words");
            shared.offerer().close();
            assertEquals("last words", receive(shared.accepter()));
            assertEquals("", receive(shared.accepter()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseWakesBothDirections(Way way) throws Exception {
        try (Shared shared = Shared.with(way.waiting)) {
            shared.offerer().write(full, 0, full.length);
            var reader = way.start(() -> receive(shared.offerer()));
            reader.awaitWaiting(state(shared.offerer()));
            var writer = way.start(() -> shared.offerer().write(full, 0, 1));
            shared.offerer().close();
            assertInstanceOf(SocketClosedException.class, reader.failure());
            assertInstanceOf(SocketClosedException.class, writer.failure());
            SharedMemorySocket closed = shared.offerer();
            assertThrows(SocketClosedException.class, () -> closed.write(full, 0, 1));
            assertThrows(SocketClosedException.class, () -> closed.read(full, 0, 1));
            assertThrows(SocketClosedException.class, () -> closed.claim(1));
            assertThrows(SocketClosedException.class, () -> closed.awaitInput(1));
            assertThrows(SocketClosedException.class, closed::shutdownOutput);
            closed.close();
        }
    }

    /** The memory goes while calls read and write it. */
    @Test
    void aCloseUnderLoadEndsTheCalls() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (Shared shared = Shared.with(Waiting.spin(Duration.ofSeconds(1)))) {
                var writer = Way.SPIN.start(() -> writeOn(shared.offerer()));
                var reader = Way.SPIN.start(() -> readOn(shared.accepter()));
                Thread.onSpinWait();
                java.util.concurrent.locks.LockSupport.parkNanos(i * 10_000L);
                shared.accepter().close();
                assertInstanceOf(SocketClosedException.class, reader.failure());
                assertEquals(
                        Errno.EPIPE,
                        assertInstanceOf(SyscallException.class, writer.failure()).errno());
            }
        }
    }

    private Void writeOn(SharedMemorySocket socket) throws IOException {
        while (true) {
            socket.write(full, 0, 5000);
        }
    }

    private static Void readOn(SharedMemorySocket socket) throws IOException {
        byte[] into = new byte[3000];
        while (true) {
            socket.read(into, 0, into.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsACallThatParks(Way way) throws Exception {
        if (!way.parks()) {
            return;
        }
        try (Shared shared = Shared.with(way.waiting)) {
            var reader = way.start(() -> receive(shared.accepter()));
            reader.awaitWaiting(state(shared.accepter()));
            reader.interrupt();
            assertInstanceOf(ClosedByInterruptException.class, reader.failure());
            assertEquals("", receive(shared.offerer()));
        }
    }

    @Test
    void shutdownEndsBothDirections() throws Exception {
        try (Shared shared = Shared.with(Waiting.block())) {
            send(shared.offerer(), "last");
            shared.offerer().shutdown();
            assertEquals(Errno.EPIPE, errno(() -> shared.offerer().write(full, 0, 1)));
            assertEquals("", receive(shared.offerer()));
            assertEquals("last", receive(shared.accepter()));
            assertEquals("", receive(shared.accepter()));
        }
    }

    /** A picture is one span, wherever in the ring it begins, and nobody copies it. */
    @Test
    void aPictureIsHandedOverInPlace() throws Exception {
        int bytes = 2048 * 1664 * 4;
        try (Shared shared = Shared.with(Waiting.block(), 1 << 24)) {
            for (int picture = 0; picture < 5; picture++) {
                long to = shared.offerer().claim(bytes);
                MemorySegment made = shared.offerer().outputMemory().asSlice(to, bytes);
                made.fill((byte) picture);
                made.set(JAVA_INT_UNALIGNED, bytes - 4, picture * 77);
                shared.offerer().publish(bytes);
                assertEquals(bytes, shared.accepter().awaitInput(bytes));
                MemorySegment seen =
                        shared.accepter()
                                .inputMemory()
                                .asSlice(shared.accepter().inputOffset(), bytes);
                assertEquals(picture, seen.get(JAVA_BYTE, bytes / 2));
                assertEquals(picture * 77, seen.get(JAVA_INT_UNALIGNED, bytes - 4));
                shared.accepter().release(bytes);
            }
        }
    }

    @Test
    void whatIsNotClaimedOrNotThereIsRefused() throws Exception {
        try (Shared shared = Shared.with(Waiting.block())) {
            SharedMemorySocket socket = shared.offerer();
            assertThrows(IndexOutOfBoundsException.class, () -> socket.claim(0));
            assertThrows(IndexOutOfBoundsException.class, () -> socket.claim(CAPACITY + 1));
            assertThrows(IndexOutOfBoundsException.class, () -> socket.publish(1));
            socket.claim(10);
            assertThrows(IndexOutOfBoundsException.class, () -> socket.publish(11));
            assertThrows(IndexOutOfBoundsException.class, () -> socket.publish(-1));
            socket.publish(10);
            assertThrows(IndexOutOfBoundsException.class, () -> socket.publish(1));
            SharedMemorySocket reader = shared.accepter();
            assertEquals(10, reader.awaitInput(1));
            assertThrows(IndexOutOfBoundsException.class, () -> reader.release(11));
            assertThrows(IndexOutOfBoundsException.class, () -> reader.release(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> reader.awaitInput(CAPACITY + 1));
            assertTrue(reader.inputMemory().isReadOnly());
            reader.release(10);
        }
    }

    /** A consumer that wants more than a producer, which sleeps, could put in. */
    @Test
    void twoThatWaitForEachOtherWithRoomLeftAreWoken() throws Exception {
        try (Shared shared = Shared.with(Waiting.block())) {
            shared.offerer().write(full, 0, full.length);
            var writer = Way.BLOCK.start(() -> shared.offerer().write(full, 0, 1000));
            writer.awaitWaiting(state(shared.offerer()));
            shared.accepter().awaitInput(1);
            shared.accepter().release(1000);
            assertEquals(CAPACITY, shared.accepter().awaitInput(CAPACITY));
            assertEquals(1000, writer.result());
        }
    }

    /** Only what begins and ends it, and a look at the socket when the other lost its core. */
    @Test
    void whileBothSpinTheKernelIsNotCalled() throws Exception {
        requireTool("strace", "to count system calls");
        int times = 20_000;
        Path calls = folder.resolve("calls");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq"));
        command.addAll(List.of("-e", "trace=%network,poll,ppoll,epoll_wait"));
        command.addAll(List.of("-o", calls.toString()));
        command.addAll(
                ChildJvm.command(List.of(), "exchange-through-rings", String.valueOf(times)));
        ChildJvm.Ended ended = ChildJvm.ended(new ProcessBuilder(command));
        assertEquals(0, ended.status(), ended.output());
        long count = Files.readAllLines(calls).size();
        assertTrue(count > 4 && count < times / 50, count + " calls");
    }

    @Test
    void withoutDescriptorsTheSocketGoesOn() throws Exception {
        assertEquals(
                """
                descriptors for all: request, response, true
                none for the file: request, response, false
                none for what came: request, response, false
                descriptors again: request, response, true
                """,
                ChildJvm.runAfter("ulimit -n 64", List.of(), "rings-without-descriptors").output());
    }

    @Test
    void garbageIsUnmapped() throws Exception {
        abandon();
        long end = System.nanoTime() + Connected.PATIENCE.toNanos();
        while (before.isMoreLeft() && System.nanoTime() < end) {
            System.gc();
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    private static void abandon() throws IOException {
        Shared.with(Waiting.block());
    }
}
