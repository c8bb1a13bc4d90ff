package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** Waiting for room in the peer's buffer, with a time limit that no part of it begins anew. */
@EnabledOnOs(OS.LINUX)
class AwaitWritableTest {

    private static final Duration SHORT = Duration.ofMillis(30);

    private final MemorySegment bytes = Arena.ofAuto().allocate(64 * 1024);

    private void fill(StreamSocket socket) throws IOException {
        while (socket.writeNow(bytes, 0, bytes.byteSize()) != StreamSocket.WOULD_WAIT) {
            // on to the last byte
        }
    }

    @Test
    void whereThereIsRoomItDoesNotWait() throws IOException {
        try (Connected connected = Connected.locally()) {
            assertTrue(connected.server().awaitWritable(Duration.ZERO));
        }
    }

    @Test
    void whereNobodyReadsTimeRunsOut() throws IOException {
        try (Connected connected = Connected.locally()) {
            fill(connected.server());
            long begin = System.nanoTime();
            assertFalse(connected.server().awaitWritable(SHORT));
            assertTrue(System.nanoTime() - begin >= SHORT.toNanos(), "it did not wait");
        }
    }

    @Test
    void itEndsWhenThePeerHasRead() throws Exception {
        try (Connected connected = Connected.locally()) {
            fill(connected.server());
            WatchedThread<Boolean> waiter =
                    WatchedThread.start(() -> connected.server().awaitWritable(Duration.ZERO))
                            .awaitBlocked();
            while (!waiter.isDone()) {
                connected.client().readNow(bytes, 0, bytes.byteSize());
            }
            assertEquals(true, waiter.result());
        }
    }

    @Test
    void itEndsWhenThePeerHasGone() throws Exception {
        try (Connected connected = Connected.locally()) {
            fill(connected.server());
            WatchedThread<Boolean> waiter =
                    WatchedThread.start(() -> connected.server().awaitWritable(Duration.ZERO))
                            .awaitBlocked();
            connected.client().close();
            assertEquals(true, waiter.result());
            assertThrows(
                    SyscallException.class,
                    () -> connected.server().writeNow(bytes, 0, bytes.byteSize()));
        }
    }

    @Test
    void closingWakesIt() throws Exception {
        try (Connected connected = Connected.locally()) {
            fill(connected.server());
            WatchedThread<Boolean> waiter =
                    WatchedThread.start(() -> connected.server().awaitWritable(Duration.ZERO))
                            .awaitBlocked();
            connected.server().close();
            assertInstanceOf(SocketClosedException.class, waiter.failure());
        }
    }
}
