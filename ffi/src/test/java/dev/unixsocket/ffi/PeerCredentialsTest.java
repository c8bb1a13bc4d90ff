package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** Who is at the other end, by the kernel's word. */
@EnabledOnOs(OS.LINUX)
class PeerCredentialsTest {

    private static final int NOBODY = 65534;

    @TempDir Path folder;

    private static PeerCredentials ours() throws IOException {
        return new PeerCredentials(
                (int) ProcessHandle.current().pid(),
                Syscalls.getuid(),
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
    }

    @Test
    void bothEndsKnowThisProcess() throws IOException {
        for (Address address :
                List.of(Address.path(folder.resolve("a.sock")), Connected.freeName())) {
            try (Connected connected = Connected.over(address)) {
                assertEquals(ours(), connected.server().peerCredentials());
                assertEquals(ours(), connected.client().peerCredentials());
            }
        }
    }

    @Test
    void aConnectionThatAnotherLibraryOwnsCanBeAskedToo() throws IOException {
        try (Connected connected = Connected.locally()) {
            int fd = connected.server().state().descriptor().acquire();
            try {
                StreamSocket view = StreamSocket.ownedElsewhere(fd, connected.listener().address());
                assertEquals(ours(), view.peerCredentials());
            } finally {
                connected.server().state().descriptor().release();
            }
        }
    }

    @Test
    void theyAreKnownAfterThePeerIsGone() throws IOException {
        try (Connected connected = Connected.locally()) {
            connected.client().close();
            assertEquals(ours(), connected.server().peerCredentials());
        }
    }

    @Test
    void aChildProcessIsKnownByItsPidAndItKnowsOurs() throws Exception {
        Path path = folder.resolve("a.sock");
        try (SocketFile file = SocketFile.listen(path, 0600, 5)) {
            Process child =
                    new ProcessBuilder(ChildJvm.command(List.of(), "connect", path.toString()))
                            .start();
            try (StreamSocket accepted = file.listener().accept();
                    BufferedReader output = child.inputReader()) {
                assertEquals(child.pid(), accepted.peerCredentials().pid());
                assertEquals(ours().toString(), output.readLine());
            }
            assertEquals(0, child.waitFor());
        }
    }

    @Test
    void aReallyForeignUserIsKnownByItsIds() throws Exception {
        requireTool("setpriv", "to become another user");
        requireTool("socat", "to connect as another user");
        assumeTrue(Syscalls.getuid() == 0, "Only root can become another user.");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path path = folder.resolve("open.sock");
        try (SocketFile file = SocketFile.listen(path, 0666, 5)) {
            Process foreign =
                    new ProcessBuilder(
                                    "setpriv",
                                    "--reuid=" + NOBODY,
                                    "--regid=" + NOBODY,
                                    "--clear-groups",
                                    "socat",
                                    "-",
                                    "UNIX-CONNECT:" + path)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            CredentialsBuffer buffer = new CredentialsBuffer();
            try (StreamSocket accepted = file.listener().accept()) {
                accepted.peerCredentials(buffer);
            }
            assertEquals(
                    new PeerCredentials((int) foreign.pid(), NOBODY, NOBODY), buffer.snapshot());
            foreign.getOutputStream().close();
            assertEquals(0, foreign.waitFor());
        }
    }

    @Test
    void aBufferHoldsTheLastPeerAndASnapshotStaysAsItIs() throws IOException {
        CredentialsBuffer buffer = new CredentialsBuffer();
        PeerCredentials before = buffer.snapshot();
        try (Connected connected = Connected.locally()) {
            connected.server().peerCredentials(buffer);
        }
        assertEquals(ours(), buffer.snapshot());
        assertEquals(ours().toString(), buffer.toString());
        assertEquals(new PeerCredentials(0, 0, 0), before);
    }

    /** The kernel's answer over TCP is pid 0 and uid -1, which must not pass for an answer. */
    @Test
    void overTcpTheyAreRefused() throws IOException {
        try (Connected connected = Connected.over(Address.loopback(0))) {
            UnsupportedOperationException refusal =
                    assertThrows(
                            UnsupportedOperationException.class,
                            () -> connected.server().peerCredentials());
            assertEquals(
                    "the kernel knows the peer of an AF_UNIX socket only, not of "
                            + connected.listener().address(),
                    refusal.getMessage());
            connected.server().receiveTimeout(Duration.ZERO); // it is still of use
        }
    }

    @Test
    void largeIdsAreShownAsUnsignedNumbers() {
        assertEquals(
                "pid 1, uid 4294967294, gid 4294967295", new PeerCredentials(1, -2, -1).toString());
    }
}
