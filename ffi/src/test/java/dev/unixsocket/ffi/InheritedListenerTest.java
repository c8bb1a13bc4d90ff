package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.PATIENCE;
import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A listener that another process has made, and keeps. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // a listener is closed under its server
class InheritedListenerTest {

    @TempDir Path folder;

    private static int socket(Address address, int type, int backlog) {
        try (Arena arena = Arena.ofConfined()) {
            int fd = Syscalls.socket(Sockets.AF_UNIX, type, 0);
            Sockaddr sockaddr = Sockaddr.of(address, arena);
            assertEquals(0, Syscalls.bind(fd, sockaddr.segment(), sockaddr.length()));
            if (backlog > 0) {
                assertEquals(0, Syscalls.listen(fd, backlog));
            }
            return fd;
        }
    }

    private StreamListener inherited(Address address) throws IOException {
        return StreamListener.inherited(socket(address, Sockets.SOCK_STREAM, 5));
    }

    @Test
    void itKnowsItsAddressAndServes() throws IOException {
        for (Address address :
                List.of(Address.path(folder.resolve("a.sock")), Connected.freeName())) {
            try (StreamListener listener = inherited(address);
                    StreamSocket client = StreamSocket.connect(address, PATIENCE);
                    StreamSocket server = listener.accept()) {
                assertEquals(address, listener.address());
                send(client, "served");
                assertEquals("served", receive(server));
            }
        }
    }

    /** Names that a server in C can give to its socket, and that none of ours would choose. */
    private List<Address> oddAddresses() {
        String start = folder + "/";
        byte[] path = (start + "ab").getBytes(UTF_8);
        path[path.length - 1] = (byte) 0xFF;
        byte[] name = Connected.freeName().name().getBytes(UTF_8);
        name[name.length - 1] = (byte) 0xFE;
        return List.of(
                new Address.UnixPath(Path.of(start + "x".repeat(108 - start.length()))),
                Address.path(PathBytes.path(path)),
                Address.abstractName(name));
    }

    @Test
    void itsAddressIsNotChangedAndCanBeConnectedTo() throws IOException {
        for (Address address : oddAddresses()) {
            try (StreamListener listener = inherited(address);
                    StreamSocket client = StreamSocket.connect(listener.address(), PATIENCE);
                    StreamSocket server = listener.accept()) {
                assertEquals(address, listener.address());
                send(client, "served");
                assertEquals("served", receive(server));
            }
        }
    }

    /** Only one socket of the machine can have it, so none is made here. */
    @Test
    void theEmptyAbstractNameIsAName() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sockaddr = Sockaddr.allocate(arena);
            Address empty = new Address.AbstractName(new byte[0]);
            int length = Platform.CURRENT.fillSockaddrUn(sockaddr, new byte[1]);
            assertEquals(3, length);
            assertEquals(empty, Platform.CURRENT.readSockaddrUn(sockaddr, length));
            assertEquals("@", empty.toString());
            assertNull(Platform.CURRENT.readSockaddrUn(sockaddr, length - 1));
        }
    }

    @Test
    void stoppingWakesAllWhoWaitAndLeavesTheSocketListening() throws Exception {
        Address address = Connected.freeName();
        try (StreamListener listener = inherited(address)) {
            List<WatchedThread<StreamSocket>> waiting = new ArrayList<>();
            waiting.add(WatchedThread.start(listener::accept).awaitBlocked());
            for (int i = 1; i < 4; i++) {
                waiting.add(WatchedThread.start(listener::accept));
            }
            listener.stop();
            for (WatchedThread<StreamSocket> thread : waiting) {
                assertInstanceOf(SocketClosedException.class, thread.failure());
            }
            assertThrows(SocketClosedException.class, listener::accept);
            StreamSocket.connect(address, PATIENCE).close(); // taken into the backlog
        }
    }

    @Test
    void closingWakesWhoWaitsAndGivesBackAllDescriptors() throws Exception {
        long before = descriptors();
        StreamListener listener = inherited(Connected.freeName());
        WatchedThread<StreamSocket> waiting = WatchedThread.start(listener::accept);
        waiting.awaitBlocked();
        listener.close();
        assertInstanceOf(SocketClosedException.class, waiting.failure());
        listener.close();
        assertEquals(before, descriptors());
    }

    private static long descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void eachConnectionGoesToOneOfThoseWhoWait() throws Exception {
        Address address = Connected.freeName();
        try (StreamListener listener = inherited(address)) {
            List<WatchedThread<StreamSocket>> waiting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waiting.add(WatchedThread.start(listener::accept));
            }
            for (int i = 0; i < 4; i++) {
                StreamSocket.connect(address, PATIENCE).close();
            }
            for (WatchedThread<StreamSocket> thread : waiting) {
                thread.result().close();
            }
        }
    }

    /** The connection that wakes both is taken by one; the other's process closes its own. */
    @Test
    void whoCameTooLateForAConnectionIsWokenByItsClose() throws Exception {
        Address address = Connected.freeName();
        int fd = socket(address, Sockets.SOCK_STREAM, 5);
        for (int i = 0; i < 50; i++) {
            StreamListener here = StreamListener.inherited(Syscalls.fcntl(fd, 0, 0));
            StreamListener there = StreamListener.inherited(Syscalls.fcntl(fd, 0, 0));
            WatchedThread<StreamSocket> first = WatchedThread.start(here::accept);
            WatchedThread<StreamSocket> second = WatchedThread.start(there::accept);
            StreamSocket.connect(address, PATIENCE).close();
            while (!first.isDone() && !second.isDone()) {
                Thread.onSpinWait();
            }
            here.close();
            there.close();
            WatchedThread<StreamSocket> winner = first.isDone() && !failed(first) ? first : second;
            winner.result().close();
            WatchedThread<StreamSocket> loser = winner == first ? second : first;
            assertInstanceOf(SocketClosedException.class, loser.failure());
        }
        Syscalls.close(fd);
    }

    /** {@code O_NONBLOCK} is the listener's, in every process that has it. */
    @Test
    void acceptWaitsAlsoWhenAnotherProcessHasMadeItNonBlocking() throws Exception {
        Address address = Connected.freeName();
        int fd = socket(address, Sockets.SOCK_STREAM, 5);
        try (StreamListener here = StreamListener.inherited(Syscalls.fcntl(fd, 0, 0));
                StreamListener there = StreamListener.inherited(Syscalls.fcntl(fd, 0, 0))) {
            WatchedThread<StreamSocket> accepting = WatchedThread.start(here::accept);
            accepting.awaitBlocked();
            there.nonBlocking();
            for (int i = 0; i < 2; i++) {
                StreamSocket.connect(address, PATIENCE).close();
                accepting.result().close();
                accepting = WatchedThread.start(here::accept).awaitBlocked();
            }
            here.close();
            assertInstanceOf(SocketClosedException.class, accepting.failure());
        }
        Syscalls.close(fd);
    }

    private static boolean failed(WatchedThread<?> thread) {
        try {
            thread.result();
            return false;
        } catch (Exception e) {
            return true;
        }
    }

    @Test
    void nonBlockingItNeverWaits() throws IOException {
        Address address = Connected.freeName();
        try (StreamListener listener = inherited(address).nonBlocking();
                StreamSocket accepted = StreamSocket.closed()) {
            assertFalse(listener.acceptNow(accepted));
            StreamSocket.connect(address, PATIENCE).close();
            assertTrue(listener.acceptNow(accepted));
        }
    }

    private static void assertRefused(String why, int fd) {
        try {
            IOException refusal =
                    assertThrows(IOException.class, () -> StreamListener.inherited(fd));
            assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
        } finally {
            Syscalls.close(fd);
        }
    }

    @Test
    void whatDoesNotListenIsRefused() {
        assertRefused(
                "is not a listening socket", socket(Connected.freeName(), Sockets.SOCK_STREAM, 0));
    }

    @Test
    void whatIsNoStreamIsRefused() {
        assertRefused(
                "is not a stream socket", socket(Connected.freeName(), Sockets.SOCK_DGRAM, 0));
        assertRefused(
                "is not a stream socket", socket(Connected.freeName(), Sockets.SOCK_SEQPACKET, 5));
    }

    @Test
    void whatIsOfAnotherFamilyIsRefused() {
        int fd = Syscalls.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        assertEquals(0, Syscalls.listen(fd, 5));
        assertRefused("is not a socket of AF_UNIX with a name", fd);
    }

    @Test
    void whatIsNoSocketIsRefused() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd =
                    Syscalls.open(
                            FileCalls.cString(folder.resolve("file"), arena),
                            Platform.CURRENT.openFlagsToCreate(),
                            0600);
            assertRefused("is not a socket", fd);
        }
    }
}
