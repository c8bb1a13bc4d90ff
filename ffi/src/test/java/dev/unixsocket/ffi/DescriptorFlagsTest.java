package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a child inherits, which native code starts, and what is left when nobody closes. */
@EnabledOnOs(OS.LINUX)
class DescriptorFlagsTest {

    private static final int F_GETFD = 1;
    private static final int FD_CLOEXEC = 1;

    @TempDir Path folder;

    private static boolean isInherited(SocketState socket) {
        int fd = socket.descriptor().acquire();
        try {
            return isInherited(fd);
        } finally {
            socket.descriptor().release();
        }
    }

    private static boolean isInherited(int fd) {
        return (Syscalls.fcntl(fd, F_GETFD, 0) & FD_CLOEXEC) == 0;
    }

    @Test
    void noChildInheritsASocket() throws IOException {
        for (Address address : EveryKind.addresses(folder)) {
            for (Waiting waiting : List.of(Waiting.block(), Waiting.park())) {
                try (StreamListener listener = StreamListener.bind(address).listen(5);
                        StreamSocket client =
                                StreamSocket.connect(listener.address(), Duration.ZERO, waiting);
                        StreamSocket server = listener.waiting(waiting).accept()) {
                    assertFalse(isInherited(listener.state()));
                    assertFalse(isInherited(client.state()));
                    assertFalse(isInherited(server.state()));
                }
                if (address instanceof Address.UnixPath path) {
                    Files.delete(path.path());
                }
            }
        }
    }

    @Test
    void aListenerThatWasPassedIsInheritedNoFurther() throws IOException {
        StreamListener made = StreamListener.bind(Connected.freeName(), Calls.PLAIN).listen(5);
        assertTrue(isInherited(made.state()));
        try (StreamListener passed = StreamListener.inherited(made.detach())) {
            assertFalse(isInherited(passed.state()));
        }
    }

    /** A poller, its pipe, a lock: all that the library opens besides. */
    @Test
    void norAnythingElseThatTheLibraryOpens() throws IOException {
        Set<Integer> before = descriptors();
        try (Poller poller = Poller.open();
                Poller poll = new PollPoller();
                LockFile lock = LockFile.take(folder.resolve("lock"))) {
            Set<Integer> opened = new HashSet<>(descriptors());
            opened.removeAll(before);
            assertTrue(opened.size() >= 6, opened::toString);
            for (int fd : opened) {
                assertFalse(isInherited(fd), () -> "descriptor " + fd);
            }
            poller.wakeUp();
            poll.wakeUp();
            assertTrue(lock.path().toFile().exists());
        }
    }

    @Test
    void theMirrorOfTheCOriginalSetsNoFlags() throws IOException {
        try (SocketFile file = SocketFile.listen(folder.resolve("c.sock"), 0600, 5);
                StreamSocket client =
                        StreamSocket.connect(file.listener().address(), Duration.ZERO);
                StreamSocket server = file.listener().accept()) {
            assertTrue(isInherited(file.listener().state()));
            assertTrue(isInherited(server.state()));
            assertFalse(isInherited(client.state()));
        }
    }

    private static Set<Integer> descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(path -> Integer.valueOf(path.getFileName().toString()))
                    .filter(fd -> Syscalls.fcntl(fd, F_GETFD, 0) >= 0)
                    .collect(Collectors.toSet());
        }
    }

    /** A thousand connections and listeners that became garbage kept their descriptors. */
    @Test
    void whatIsGarbageIsClosed() throws Exception {
        long before = descriptors().size();
        dropSockets(100);
        long end = System.nanoTime() + Connected.PATIENCE.toNanos();
        while (descriptors().size() > before && System.nanoTime() < end) {
            System.gc();
            Thread.onSpinWait();
        }
        assertTrue(descriptors().size() <= before);
    }

    @SuppressWarnings("try")
    private static void dropSockets(int many) throws IOException {
        for (int i = 0; i < many; i++) {
            Connected dropped = Connected.locally();
            Poller.open().register(dropped.server(), Poller.READ, _ -> {});
        }
    }

    /** A view of somebody else's connection is not the library's to close. */
    @Test
    void aConnectionThatIsOwnedElsewhereIsNotClosedWithItsView() throws Exception {
        try (Connected connected = Connected.locally()) {
            int fd = connected.server().state().descriptor().acquire();
            connected.server().state().descriptor().release();
            assertTrue(StreamSocket.ownedElsewhere(fd, connected.listener().address()).isOpen());
            dropSockets(1);
            long before = Connected.openSockets();
            long end = System.nanoTime() + Connected.PATIENCE.toNanos();
            while (Connected.openSockets() == before && System.nanoTime() < end) {
                System.gc();
            }
            Connected.send(connected.client(), "still open");
            assertEquals("still open", Connected.receive(connected.server()));
        }
    }

    @Test
    void connectingASocketThatIsOpenLeaksNothing() throws IOException {
        try (Connected connected = Connected.locally()) {
            long before = Connected.openSockets();
            for (int i = 0; i < 10; i++) {
                try {
                    StreamSocket.connect(
                            connected.listener().address(), Duration.ZERO, connected.client());
                    throw new AssertionError("connected twice");
                } catch (IllegalStateException expected) {
                    assertTrue(expected.getMessage().contains("still open"));
                }
            }
            Connected.assertNoneIsLeft(before, Connected.openSockets());
        }
    }
}
