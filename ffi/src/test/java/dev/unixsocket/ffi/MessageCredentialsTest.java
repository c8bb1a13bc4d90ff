package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Who sent a message, and the process at the other end. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed early
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MessageCredentialsTest {

    @TempDir Path folder;

    private final MemorySegment buffer = Arena.ofAuto().allocate(64);
    private long before;

    @BeforeEach
    void countDescriptors() throws IOException {
        before = Messages.openDescriptors();
    }

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        Connected.assertNoneIsLeft(before, Messages.openDescriptors());
    }

    private static PeerCredentials ours() throws IOException {
        return new PeerCredentials(
                (int) ProcessHandle.current().pid(),
                Syscalls.getuid(),
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
    }

    @Test
    void aDatagramBringsThemWhenTheReceiverAsked() throws IOException {
        Address address = Connected.freeName();
        try (DatagramSocket receiver = DatagramSocket.bind(address);
                DatagramSocket sender = DatagramSocket.unnamed();
                Ancillary from = new Ancillary()) {
            Messages.sendTo(sender, address, "before");
            Messages.receive(receiver, from);
            assertFalse(from.hasCredentials());
            assertThrows(IllegalStateException.class, from::credentials);

            receiver.passCredentials();
            Messages.sendTo(sender, address, "after");
            assertEquals("after", Messages.receive(receiver, from));
            assertEquals(ours(), from.credentials());
            CredentialsBuffer into = new CredentialsBuffer();
            from.credentials(into);
            assertEquals(ours(), into.snapshot());
        }
    }

    @Test
    void theyComeTogetherWithDescriptorsOnEveryType() throws IOException {
        HasDescriptor[] all = new HasDescriptor[253];
        try (SocketPair<StreamSocket> streams = StreamSocket.pair();
                SocketPair<SeqpacketSocket> packets = SeqpacketSocket.pair();
                OpenFile memory = OpenFile.memory("with credentials", 1);
                Ancillary from = new Ancillary()) {
            java.util.Arrays.fill(all, memory);
            streams.second().passCredentials();
            streams.first().write(buffer, 0, 1, all);
            streams.second().read(buffer, 0, 64, from);
            assertEquals(ours(), from.credentials());
            assertEquals(253, from.descriptors());

            packets.second().passCredentials();
            packets.first().send(buffer, 0, 1, all);
            packets.second().receive(buffer, 0, 64, from);
            assertEquals(ours(), from.credentials());
            assertEquals(253, from.descriptors());
        }
    }

    private static PeerProcess process(StreamSocket socket) throws IOException {
        try {
            return socket.peerProcess();
        } catch (UnsupportedOperationException old) {
            return abort(old.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theProcessAtTheOtherEndIsHeldUntilItEnds(Way way) throws Exception {
        Path path = folder.resolve("a.sock");
        try (SocketFile file = SocketFile.listen(path, 0600, 5)) {
            Process child =
                    new ProcessBuilder(ChildJvm.command(java.util.List.of(), "connect", "" + path))
                            .start();
            try (StreamSocket accepted = file.listener().accept();
                    PeerProcess peer = process(accepted)) {
                assertEquals(child.pid(), (long) peer.pid());
                assertTrue(peer.isAlive());
                assertFalse(way.start(() -> peer.awaitEnd(Duration.ofMillis(20))).result());
                Way.Task<Boolean> waits = way.start(() -> peer.awaitEnd(Duration.ZERO));
                accepted.shutdownOutput();
                assertTrue(waits.result());
                assertFalse(peer.isAlive());
                assertEquals(0, child.waitFor());
                assertFalse(peer.isAlive());
            } finally {
                child.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsAWaitForTheEndOfTheProcess(Way way) throws Exception {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                PeerProcess self = process(pair.first())) {
            assertEquals(ProcessHandle.current().pid(), (long) self.pid());
            Way.Task<Boolean> waits = way.start(() -> self.awaitEnd(Duration.ZERO));
            while (!self.state().descriptor().isInUse()) {
                Thread.onSpinWait();
            }
            self.close();
            assertInstanceOf(SocketClosedException.class, waits.failure());
            assertThrows(SocketClosedException.class, self::isAlive);
        }
    }

    @Test
    void aSecurityLabelIsWhatTheKernelHasForTheProcess() throws IOException {
        Path current = Path.of("/proc/self/attr/current");
        try (SocketPair<StreamSocket> pair = StreamSocket.pair()) {
            Optional<String> label = pair.first().peerSecurityLabel();
            if (label.isPresent()) {
                assertEquals(Files.readString(current).replace("\0", "").strip(), label.get());
            }
        }
    }

    @Test
    void theyAreRefusedOverTcpAndWhereTheKernelDoesNotKnow() throws IOException {
        try (Connected tcp = Connected.over(Address.loopback(0));
                DatagramSocket datagrams = DatagramSocket.unnamed()) {
            assertThrows(UnsupportedOperationException.class, tcp.server()::passCredentials);
            assertThrows(UnsupportedOperationException.class, tcp.server()::peerProcess);
            assertThrows(UnsupportedOperationException.class, tcp.server()::peerSecurityLabel);
            assertThrows(UnsupportedOperationException.class, datagrams::peerProcess);
            SyscallException none = assertThrows(SyscallException.class, datagrams::peerAddress);
            assertEquals(Errno.ENOTCONN, none.errno());
            assertInstanceOf(Address.Loopback.class, tcp.server().peerAddress());
        }
    }
}
