package dev.unixsocket.ffi;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A number belongs to one owner, whatever the threads do. */
@EnabledOnOs(OS.LINUX)
class DescriptorTest {

    private static final int CONNECTIONS = 1500;

    @Test
    void closingWaitsForTheCallThatIsUnderWay() throws Exception {
        Descriptor descriptor = new Descriptor();
        int fd = Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
        descriptor.open(fd, Connected.freeName());
        assertEquals(fd, descriptor.acquire());
        AtomicInteger woken = new AtomicInteger(-1);
        WatchedThread<Integer> closer = WatchedThread.start(() -> descriptor.close(woken::set));
        while (descriptor.isOpen() || woken.get() < 0) {
            Thread.onSpinWait();
        }
        assertEquals(fd, woken.get());
        assertEquals(-1, descriptor.acquire());
        assertEquals(0, descriptor.close(_ -> {}));
        assertThrows(IllegalStateException.class, () -> descriptor.open(fd, Connected.freeName()));
        assertFalse(closer.isDone());
        assertFalse(descriptor.release());
        assertEquals(0, closer.result());
        assertEquals(-Errno.EBADF.number(), Syscalls.shutdown(fd, Sockets.SHUT_RDWR));
    }

    @Test
    void ofManyThreadsThatFillOneSocketOneSucceedsAndTheOthersLeakNothing() throws Exception {
        long before = Connected.openSockets();
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5)) {
            StreamSocket socket = StreamSocket.closed();
            List<WatchedThread<Integer>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(
                        WatchedThread.start(
                                () -> {
                                    listener.accept(socket);
                                    return 1;
                                }));
            }
            for (WatchedThread<Integer> thread : threads) {
                thread.awaitBlocked();
            }
            for (int i = 0; i < threads.size(); i++) {
                StreamSocket.connect(listener.address(), Duration.ZERO).close();
            }
            int filled = 0;
            for (WatchedThread<Integer> thread : threads) {
                try {
                    filled += thread.result();
                } catch (java.util.concurrent.ExecutionException e) {
                    assertEquals(IllegalStateException.class, e.getCause().getClass());
                }
            }
            assertEquals(1, filled);
            assertTrue(socket.isOpen());
            socket.close();
        }
        Connected.assertNoneIsLeft(before, Connected.openSockets());
    }

    /**
     * Sockets are closed under their readers and writers while other threads open and close
     * descriptors as fast as they can, so that a number that was closed is another's at once. A
     * close too many, or a call on a number that is another's, shows as an error in either.
     */
    @Test
    void noThreadTouchesADescriptorThatIsAnothersNow() throws Exception {
        long before = Connected.openSockets();
        AtomicBoolean done = new AtomicBoolean();
        List<WatchedThread<Long>> others = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            others.add(WatchedThread.start(() -> openAndClose(done)));
        }
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5)) {
            StreamSocket server = StreamSocket.closed();
            WatchedThread<Long> reader = WatchedThread.start(() -> read(server, done));
            WatchedThread<Long> writer = WatchedThread.start(() -> write(server, done));
            for (int i = 0; i < CONNECTIONS; i++) {
                try (StreamSocket client =
                        StreamSocket.connect(listener.address(), Duration.ZERO)) {
                    listener.accept(server);
                    Connected.send(client, "x");
                    Connected.receive(client);
                    server.close();
                }
            }
            done.set(true);
            assertTrue(reader.result() > 0);
            assertTrue(writer.result() > 0);
        }
        for (WatchedThread<Long> other : others) {
            assertTrue(other.result() > 0);
        }
        Connected.assertNoneIsLeft(before, Connected.openSockets());
    }

    private static long openAndClose(AtomicBoolean done) {
        long times = 0;
        for (; !done.get(); times++) {
            int fd = Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
            assertTrue(fd >= 0);
            Thread.yield();
            // Not shut down, not connected and not closed by anybody else.
            assertEquals(-Errno.EINVAL.number(), Syscalls.accept(fd));
            assertEquals(0, Syscalls.close(fd));
        }
        return times;
    }

    private static long read(StreamSocket socket, AtomicBoolean done) throws IOException {
        return untilDone(done, buffer -> socket.read(buffer, 0, 1));
    }

    private static long write(StreamSocket socket, AtomicBoolean done) throws IOException {
        return untilDone(done, buffer -> socket.write(buffer, 0, 1));
    }

    private interface Transfer {
        long with(MemorySegment buffer) throws IOException;
    }

    /** How many transfers succeeded; only a socket that is closed, or a peer gone, may fail. */
    private static long untilDone(AtomicBoolean done, Transfer transfer) throws IOException {
        long times = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(1);
            while (!done.get()) {
                try {
                    times += transfer.with(buffer);
                } catch (SocketClosedException betweenConnections) {
                    Thread.yield();
                } catch (SyscallException e) {
                    if (e.errno() != Errno.EPIPE && e.errno() != Errno.ECONNRESET) {
                        throw e;
                    }
                }
            }
        }
        return times;
    }
}
