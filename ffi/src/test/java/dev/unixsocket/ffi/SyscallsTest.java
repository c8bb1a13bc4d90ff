package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The layer below the sockets: results and errno. */
@EnabledOnOs(OS.LINUX)
class SyscallsTest {

    /** Java handles it by ignoring it, on whichever thread it comes to. */
    private static final int SIGPIPE = 13;

    private static final int NO_DESCRIPTOR = -1;

    @Test
    void aCallThatFailsReturnsItsErrnoNegated(@TempDir Path empty) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(256, 8);
            MemorySegment missing = arena.allocateFrom(empty.resolve("no/file").toString());
            MemorySegment length = arena.allocate(JAVA_INT);
            int level = Platform.CURRENT.solSocket();
            int name = Platform.CURRENT.soRcvtimeo();
            List<Long> results =
                    List.of(
                            (long) Syscalls.bind(NO_DESCRIPTOR, memory, 16),
                            (long) Syscalls.listen(NO_DESCRIPTOR, 5),
                            (long) Syscalls.accept(NO_DESCRIPTOR),
                            (long) Syscalls.connect(NO_DESCRIPTOR, memory, 16),
                            (long) Syscalls.shutdown(NO_DESCRIPTOR, 2),
                            (long) Syscalls.close(NO_DESCRIPTOR),
                            Syscalls.read(NO_DESCRIPTOR, memory, 1),
                            Syscalls.write(NO_DESCRIPTOR, memory, 1),
                            Syscalls.recvDontwait(NO_DESCRIPTOR, memory, 1),
                            (long) Syscalls.getsockopt(NO_DESCRIPTOR, level, name, memory, length),
                            (long) Syscalls.setsockopt(NO_DESCRIPTOR, level, name, memory, 16),
                            (long) Syscalls.setsockopt(NO_DESCRIPTOR, level, name, 1),
                            (long) Syscalls.getsockname(NO_DESCRIPTOR, memory, length));
            for (long result : results) {
                assertTrue(Errno.EBADF.is(result), results.toString());
            }
            assertTrue(Errno.ENOENT.is(Syscalls.stat(missing, memory)));
            assertTrue(Errno.ENOENT.is(Syscalls.lstat(missing, memory)));
            assertTrue(Errno.ENOENT.is(Syscalls.mkdir(missing, 0700)));
            assertTrue(Errno.ENOENT.is(Syscalls.chmod(missing, 0700)));
            assertTrue(Errno.ENOENT.is(Syscalls.unlink(missing)));
            assertTrue(
                    Errno.EINVAL.is(Syscalls.socket(Sockets.AF_UNIX, 99, 0))
                            || Errno.EPROTONOSUPPORT.is(Syscalls.socket(Sockets.AF_UNIX, 99, 0)));
        }
    }

    @Test
    void heapMemoryIsRefused() {
        MemorySegment heap = MemorySegment.ofArray(new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> Syscalls.read(NO_DESCRIPTOR, heap, 1));
    }

    @Test
    void recvDontwaitNeverWaits() throws Exception {
        try (Connected connected = Connected.locally();
                Arena arena = Arena.ofConfined()) {
            StreamListener listener = connected.listener();
            MemorySegment memory = arena.allocate(16);
            Sockaddr sockaddr = Sockaddr.of(listener.address(), arena);
            int fd = Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
            try {
                assertEquals(0, Syscalls.connect(fd, sockaddr.segment(), sockaddr.length()));
                assertTrue(Errno.EAGAIN.is(Syscalls.recvDontwait(fd, memory, 16)));
                try (StreamSocket server = listener.accept()) {
                    send(server, "abc");
                    assertEquals(3, Syscalls.recvDontwait(fd, memory, 16));
                }
                assertEquals(0, Syscalls.recvDontwait(fd, memory, 16));
            } finally {
                assertEquals(0, Syscalls.close(fd));
            }
        }
    }

    /** Each thread provokes errors of its own, and looks whether it ever sees another's. */
    @Test
    void errnoIsNotMixedUpBetweenThreads() throws Exception {
        int times = 20_000;
        List<WatchedThread<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean even = i % 2 == 0;
            threads.add(
                    WatchedThread.start(
                            () -> {
                                int wrong = 0;
                                try (Arena arena = Arena.ofConfined()) {
                                    MemorySegment missing = arena.allocateFrom("/nonexistent/a");
                                    for (int n = 0; n < times; n++) {
                                        boolean right =
                                                even
                                                        ? Errno.EBADF.is(Syscalls.listen(-1, 5))
                                                        : Errno.ENOENT.is(Syscalls.unlink(missing));
                                        wrong += right ? 0 : 1;
                                    }
                                }
                                return wrong;
                            }));
        }
        for (WatchedThread<Integer> thread : threads) {
            assertEquals(0, thread.result());
        }
    }

    /**
     * With a timeout set the kernel does not restart a call that a signal interrupts, signal(7).
     */
    @Test
    void aReadThatASignalInterruptsGoesOn() throws Exception {
        try (Connected connected = Connected.locally()) {
            connected.server().receiveTimeout(Duration.ofMinutes(1));
            WatchedThread<String> reader =
                    WatchedThread.start(() -> receive(connected.server())).awaitBlocked();
            for (int i = 0; i < 3; i++) {
                reader.signal(SIGPIPE);
                reader.awaitBlocked();
            }
            send(connected.client(), "in the end");
            assertEquals("in the end", reader.result());
        }
    }

    @Test
    void anAcceptThatASignalInterruptsGoesOn() throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5)) {
            WatchedThread<StreamSocket> accepting =
                    WatchedThread.start(() -> listener.accept()).awaitBlocked();
            accepting.signal(SIGPIPE);
            accepting.awaitBlocked();
            StreamSocket.connect(listener.address(), Duration.ZERO).close();
            accepting.result().close();
        }
    }

    @Test
    void aConnectThatASignalInterruptsGoesOn() throws Exception {
        Duration minute = Duration.ofMinutes(1);
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(0);
                StreamSocket first = StreamSocket.connect(listener.address(), minute)) {
            WatchedThread<StreamSocket> second =
                    WatchedThread.start(() -> StreamSocket.connect(listener.address(), minute))
                            .awaitBlocked();
            second.signal(SIGPIPE);
            second.awaitBlocked();
            listener.accept().close();
            second.result().close();
            assertTrue(first.isOpen());
        }
    }

    @Test
    void belowTheSocketsAnInterruptedCallSaysSo() throws Exception {
        int fd = Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
        try (Arena arena = Arena.ofConfined()) {
            Sockaddr sockaddr = Sockaddr.of(Connected.freeName(), arena);
            assertEquals(0, Syscalls.bind(fd, sockaddr.segment(), sockaddr.length()));
            assertEquals(0, Syscalls.listen(fd, 5));
            MemorySegment timeval = arena.allocate(Platform.CURRENT.timevalBytes(), 8);
            Platform.CURRENT.fillTimeval(timeval, 60_000_000);
            int bytes = Platform.CURRENT.timevalBytes();
            int level = Platform.CURRENT.solSocket();
            int name = Platform.CURRENT.soRcvtimeo();
            assertEquals(0, Syscalls.setsockopt(fd, level, name, timeval, bytes));
            WatchedThread<Integer> accepting =
                    WatchedThread.start(() -> Syscalls.accept(fd)).awaitBlocked();
            accepting.signal(SIGPIPE);
            assertEquals(-Errno.EINTR.number(), accepting.result());
        } finally {
            Syscalls.close(fd);
        }
    }

    private static String refusal(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void memoryThatTheKernelCannotUseIsRefusedByTheNameOfItsArgument() {
        MemorySegment heap = MemorySegment.ofArray(new byte[16]);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16, 8).fill((byte) 7);
            MemorySegment readOnly = buffer.asReadOnly();
            MemorySegment length = arena.allocateFrom(JAVA_INT, 4);
            for (Executable onHeap :
                    List.<Executable>of(
                            () -> Syscalls.read(NO_DESCRIPTOR, heap, 16),
                            () -> Syscalls.write(NO_DESCRIPTOR, heap, 16),
                            () -> Syscalls.recvDontwait(NO_DESCRIPTOR, heap, 16))) {
                assertTrue(refusal(onHeap).startsWith("the buffer must be native memory"));
            }
            for (Executable onHeap :
                    List.<Executable>of(
                            () -> Syscalls.bind(NO_DESCRIPTOR, heap, 16),
                            () -> Syscalls.connect(NO_DESCRIPTOR, heap, 16))) {
                assertTrue(refusal(onHeap).startsWith("the address must be native memory"));
            }
            for (Executable filling :
                    List.<Executable>of(
                            () -> Syscalls.read(NO_DESCRIPTOR, readOnly, 16),
                            () -> Syscalls.recvDontwait(NO_DESCRIPTOR, readOnly, 16))) {
                assertTrue(refusal(filling).startsWith("the buffer to read into is read-only"));
            }
            assertTrue(
                    refusal(() -> Syscalls.getsockopt(NO_DESCRIPTOR, 1, 1, readOnly, length))
                            .startsWith("the value to read into is read-only"));
            assertTrue(
                    refusal(() -> Syscalls.getsockopt(NO_DESCRIPTOR, 1, 1, buffer, heap))
                            .startsWith("the length must be native memory"));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> Syscalls.read(NO_DESCRIPTOR, buffer, 17));
            assertTrue(Errno.EBADF.is(Syscalls.write(NO_DESCRIPTOR, readOnly, 16)));
        }
    }
}
