package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Shared.CAPACITY;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Messages over rings arrive whole and in order, and a peer's lengths are not believed. */
@EnabledOnOs(OS.LINUX)
class SharedMemoryMessagesTest {

    private static final long LARGEST = CAPACITY - 8;

    private Shared.Left before;

    @BeforeEach
    void countSockets() throws IOException {
        before = Shared.Left.now();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        before.assertNothingIsLeft();
    }

    private static Shared shared(Waiting waiting) throws IOException {
        Shared shared = Shared.with(waiting);
        shared.offerer().receiveTimeout(Connected.PATIENCE);
        shared.offerer().sendTimeout(Connected.PATIENCE);
        shared.accepter().receiveTimeout(Connected.PATIENCE);
        shared.accepter().sendTimeout(Connected.PATIENCE);
        return shared;
    }

    private static SharedMemoryMessages messages(SharedMemorySocket socket) {
        return SharedMemoryMessages.over(socket);
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfEachSizeGoBothWaysInOrder(Way way) throws Exception {
        int count = 400;
        try (Shared shared = shared(way.waiting)) {
            SharedMemoryMessages offerer = messages(shared.offerer());
            SharedMemoryMessages accepter = messages(shared.accepter());
            var there = way.start(() -> sendAll(offerer, shared.offerer(), count, 1));
            var back = way.start(() -> sendAll(accepter, shared.accepter(), count, 2));
            var atAccepter = way.start(() -> checkAll(accepter, 1));
            var atOfferer = way.start(() -> checkAll(offerer, 2));
            assertEquals(count, atAccepter.result());
            assertEquals(count, atOfferer.result());
            there.result();
            back.result();
        }
    }

    private static long size(SplittableRandom random) {
        return random.nextLong(random.nextInt(8) == 0 ? LARGEST + 1 : 3000);
    }

    private static Void sendAll(
            SharedMemoryMessages messages, SharedMemorySocket socket, int count, long seed)
            throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            long size = size(random);
            if (random.nextBoolean()) {
                long at = messages.claim(Math.min(LARGEST, size + random.nextInt(100)));
                messages.outputMemory().asSlice(at, size).fill((byte) i);
                messages.publish(size);
            } else {
                MemorySegment message = MemorySegment.ofArray(new byte[(int) size]);
                messages.send(message.fill((byte) i), 0, size);
            }
        }
        socket.shutdownOutput();
        return null;
    }

    private static int checkAll(SharedMemoryMessages messages, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int count = 0;
        for (long length; (length = messages.receive()) != SharedMemoryMessages.END; count++) {
            long size = size(random);
            if (random.nextBoolean()) {
                random.nextInt(100);
            }
            assertEquals(size, length);
            MemorySegment message = messages.inputMemory().asSlice(messages.inputOffset(), length);
            for (byte b : message.toArray(JAVA_BYTE)) {
                assertEquals((byte) count, b);
            }
            messages.release();
        }
        return count;
    }

    @Test
    void theLargestMessageFillsTheRingAndALargerOneIsRefused() throws Exception {
        try (Shared shared = shared(Waiting.block())) {
            SharedMemoryMessages sender = messages(shared.offerer());
            SharedMemoryMessages receiver = messages(shared.accepter());
            assertEquals(LARGEST, sender.largest());
            for (int i = 0; i < 3; i++) { // from wherever in the ring it begins
                sender.send(MemorySegment.ofArray(new byte[8 * i]), 0, 8 * i);
                assertEquals(8 * i, receiver.receive());
                assertEquals(0, receiver.inputOffset() % 8);
                receiver.release();
                long at = sender.claim(LARGEST);
                sender.outputMemory().set(JAVA_LONG, at + LARGEST - 8, i);
                sender.publish(LARGEST);
                assertEquals(LARGEST, receiver.receive());
                long last = receiver.inputOffset() + LARGEST - 8;
                assertEquals(i, receiver.inputMemory().get(JAVA_LONG, last));
                receiver.release();
            }
            Exception e =
                    assertThrows(IllegalArgumentException.class, () -> sender.claim(LARGEST + 1));
            assertEquals(
                    "a message has 0 to 65528 bytes in a ring of 65536, not 65529", e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> sender.claim(-1));
            sender.claim(7);
            assertThrows(IndexOutOfBoundsException.class, () -> sender.publish(8));
            sender.publish(7);
            assertThrows(IndexOutOfBoundsException.class, () -> sender.publish(0));
            assertEquals(7, receiver.receive());
        }
    }

    @Test
    void aMessageStaysUntilItIsReleasedWhateverThePeerWritesThen() throws Exception {
        try (Shared shared = shared(Waiting.block())) {
            SharedMemoryMessages sender = messages(shared.offerer());
            SharedMemoryMessages receiver = messages(shared.accepter());
            assertThrows(IllegalStateException.class, receiver::release);
            long at = sender.claim(20);
            sender.publish(20);
            sender.send(MemorySegment.ofArray(new byte[] {42}), 0, 1);
            assertEquals(20, receiver.receive());
            sender.outputMemory().set(JAVA_INT_UNALIGNED, at - 8, 1);
            assertEquals(20, receiver.receive());
            receiver.release();
            assertEquals(1, receiver.receive());
            assertEquals(42, receiver.inputMemory().get(JAVA_BYTE, receiver.inputOffset()));
            receiver.release();
            shared.offerer().shutdownOutput();
            assertEquals(SharedMemoryMessages.END, receiver.receive());
            assertEquals(SharedMemoryMessages.END, receiver.receive());
        }
    }

    @Test
    void aLengthThatCannotBeEndsTheConnection() throws Exception {
        for (int length : new int[] {-1, (int) LARGEST + 1, Integer.MIN_VALUE}) {
            try (Shared shared = shared(Waiting.block())) {
                SharedMemoryMessages receiver = messages(shared.accepter());
                writeRaw(shared.offerer(), length, 0);
                assertThrows(IOException.class, receiver::receive);
                assertEquals("", Shared.receive(shared.offerer()));
            }
        }
    }

    @Test
    void aStreamThatEndsInsideOfAMessageIsNoEnd() throws Exception {
        for (int sent = 4; sent <= 24; sent += 10) {
            try (Shared shared = shared(Waiting.block())) {
                SharedMemoryMessages receiver = messages(shared.accepter());
                writeRaw(shared.offerer(), 100, sent);
                shared.offerer().shutdownOutput();
                assertThrows(IOException.class, receiver::receive);
                assertThrows(IOException.class, receiver::receive);
            }
        }
    }

    private static void writeRaw(SharedMemorySocket socket, int length, int bytes)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(64, 8);
            message.set(JAVA_INT_UNALIGNED, 0, length);
            socket.write(message, 0, bytes == 0 ? 8 : bytes);
        }
    }

    @Test
    void withoutRingsThereAreNoMessages() throws Exception {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                SharedMemorySocket socket = SharedMemorySocket.offer(pair.first(), CAPACITY)) {
            assertThrows(IllegalStateException.class, () -> messages(socket));
            Shared.send(socket, "request");
            assertThrows(IllegalStateException.class, () -> messages(socket));
        }
    }

    @Test
    void callsOfAConnectionThatWasClosedSaySo() throws Exception {
        Shared shared = shared(Waiting.block());
        SharedMemoryMessages messages = messages(shared.offerer());
        messages.claim(10);
        shared.close();
        assertThrows(SocketClosedException.class, () -> messages.publish(10));
        assertThrows(SocketClosedException.class, () -> messages.claim(10));
        assertThrows(SocketClosedException.class, messages::receive);
        assertTrue(messages.toString().startsWith("SharedMemoryMessages["));
    }
}
