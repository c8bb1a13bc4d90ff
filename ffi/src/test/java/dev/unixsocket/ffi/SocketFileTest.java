package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.PATIENCE;
import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;
import static dev.unixsocket.ffi.FailedCallsTest.failure;
import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/** Who owns the file at a socket's path. */
@EnabledOnOs(OS.LINUX)
class SocketFileTest {

    private static final int MODE = 0600;

    @TempDir Path folder;

    private Path path() {
        return folder.resolve("a.sock");
    }

    private SocketFile listen() throws IOException {
        return SocketFile.listen(path(), MODE, 5);
    }

    static int permissions(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static void assertServes(SocketFile file) throws IOException {
        try (StreamSocket client = StreamSocket.connect(Address.path(file.path()), PATIENCE);
                StreamSocket server = file.listener().accept()) {
            send(client, "served");
            assertEquals("served", receive(server));
        }
    }

    /** A file that a listener left behind which did not clean up. */
    private Path stale() throws IOException {
        StreamListener.bind(Address.path(path())).listen(5).close();
        assertTrue(exists(path()));
        return path();
    }

    @Test
    void aSocketIsMadeWithItsModeServesAndIsUnlinkedAtClose() throws IOException {
        SocketFile file = listen();
        assertEquals(MODE, permissions(path()));
        assertEquals(path(), file.path());
        assertServes(file);
        file.close();
        assertFalse(exists(path()));
        file.close();
        assertFalse(file.unlinkIfOwned());
    }

    @Test
    void aStaleFileIsReplaced() throws IOException {
        stale();
        try (SocketFile file = listen()) {
            assertServes(file);
            assertEquals(MODE, permissions(path()));
        }
    }

    @Test
    void theFileOfAProcessThatWasKilledIsReplaced() throws Exception {
        Process child = listeningChild();
        child.destroyForcibly().waitFor();
        assertTrue(exists(path()));
        try (SocketFile file = listen()) {
            assertServes(file);
        }
    }

    private Process listeningChild() throws IOException {
        Process child =
                new ProcessBuilder(ChildJvm.command(List.of(), "listen", path().toString()))
                        .start();
        BufferedReader output = child.inputReader();
        assertEquals("listening", output.readLine());
        return child;
    }

    @Test
    void aLiveListenerIsRespectedAndNamedByItsPid() throws Exception {
        Process child = listeningChild();
        try {
            FileStatus before = FileCalls.lstat(path()).orElseThrow();
            long sockets = Connected.openSockets();
            AlreadyListeningException refusal =
                    assertThrows(AlreadyListeningException.class, this::listen);
            assertEquals(child.pid(), refusal.pid());
            assertEquals(
                    "already listening on %s (pid %d)".formatted(path(), child.pid()),
                    refusal.getMessage());
            assertEquals(before, FileCalls.lstat(path()).orElseThrow());
            Connected.assertNoneIsLeft(sockets, Connected.openSockets());
            // Twice, for the test connection of the refused one waits there too.
            try (StreamSocket client = StreamSocket.connect(Address.path(path()), PATIENCE)) {
                child.getOutputStream().write("\n\n".getBytes());
                child.getOutputStream().flush();
                assertEquals("", receive(client));
            }
        } finally {
            child.getOutputStream().close();
            assertEquals(0, child.waitFor());
        }
        assertFalse(exists(path()));
    }

    @Test
    void aListenerInThisProcessIsRespectedToo() throws IOException {
        try (SocketFile file = listen()) {
            assertThrows(AlreadyListeningException.class, this::listen);
            file.listener().accept().close(); // the test connection
            assertServes(file);
        }
    }

    @Test
    void whatIsNotASocketIsNamedAndLeftAlone() throws IOException {
        Files.createDirectory(path());
        refusedAs("a directory");
        Files.delete(path());
        Files.writeString(path(), "content");
        refusedAs("a regular file");
        assertEquals("content", Files.readString(path()));
    }

    private void refusedAs(String kind) throws IOException {
        long sockets = Connected.openSockets();
        FileStatus before = FileCalls.lstat(path()).orElseThrow();
        IOException refusal = assertThrows(IOException.class, this::listen);
        assertEquals(
                path() + " is " + kind + ", not a socket: left as it is", refusal.getMessage());
        assertEquals(before, FileCalls.lstat(path()).orElseThrow());
        Connected.assertNoneIsLeft(sockets, Connected.openSockets());
    }

    @Test
    void aSymbolicLinkIsLeftAloneWhateverItLeadsTo() throws IOException {
        Path target = folder.resolve("target");
        Files.createSymbolicLink(path(), target);
        refusedAs("a symbolic link"); // to nothing
        assertFalse(exists(target));

        StreamListener stale = StreamListener.bind(Address.path(target)).listen(5);
        assertThrows(AlreadyListeningException.class, this::listen);
        stale.close();
        refusedAs("a symbolic link"); // to a stale socket
        assertTrue(exists(target));

        Files.delete(target);
        Files.writeString(target, "content");
        IOException refusal = assertThrows(IOException.class, this::listen);
        assertEquals(
                path() + " is a regular file, not a socket: left as it is", refusal.getMessage());
        assertEquals("content", Files.readString(target));
    }

    @Test
    void aModeThatIsMoreThanPermissionsIsRefused() {
        for (int mode : new int[] {01777, 04600, -1}) {
            assertThrows(IllegalArgumentException.class, () -> SocketFile.listen(path(), mode, 5));
        }
        assertFalse(exists(path()));
    }

    @Test
    void aMissingParentIsNamed() {
        Path missing = folder.resolve("missing/a.sock");
        SyscallException failure =
                failure("bind", Errno.ENOENT, () -> SocketFile.listen(missing, MODE, 5));
        assertEquals(missing.toString(), failure.subject());
    }

    /** Nothing but a failing system call can fail there, so strace(1) makes it fail. */
    @ParameterizedTest
    @ValueSource(strings = {"chmod", "listen"})
    void aStartThatFailsHalfwayUnlinksWhatItBound(String call) throws Exception {
        requireTool("strace", "to make " + call + " fail");
        String traced = call.equals("chmod") ? "/^f?chmod(at)?$" : call;
        List<String> command =
                new ArrayList<>(
                        List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + traced));
        command.addAll(List.of("-e", "inject=" + traced + ":error=EIO"));
        command.addAll(ChildJvm.command(List.of(), "listen", path().toString()));
        ChildJvm.Ended child = ChildJvm.ended(new ProcessBuilder(command));
        assertEquals(call + ": Input/output error (EIO): " + path() + "\n", child.output());
        assertEquals(1, child.status());
        assertFalse(exists(path()));
    }

    @Test
    void aFileThatReplacedItsOwnIsLeftAlone() throws IOException {
        SocketFile file = listen();
        Files.delete(path());
        assertFalse(file.unlinkIfOwned());
        try (SocketFile successor = listen()) {
            assertFalse(file.unlinkIfOwned());
            file.close();
            assertServes(successor);
        }
    }

    /** Once the listener is closed, some file systems give its inode number to the next file. */
    @Test
    void aSuccessorWithTheSameInodeNumberIsLeftAlone() throws IOException {
        SocketFile file = listen();
        Object inode = Files.getAttribute(path(), "unix:ino");
        FileTime time = Files.getLastModifiedTime(path());
        Files.delete(path());
        file.listener().close();
        try (SocketFile successor = listen()) {
            if (inode.equals(Files.getAttribute(path(), "unix:ino"))
                    && time.equals(Files.getLastModifiedTime(path()))) {
                // Made within the same tick of the file system's clock, as no daemon's is.
                Files.setLastModifiedTime(path(), FileTime.fromMillis(time.toMillis() + 10));
            }
            assertFalse(file.unlinkIfOwned());
            file.close();
            assertServes(successor);
        }
    }

    /** Cleaners of temporary files spare what somebody touches. */
    @Test
    void aFileThatWasTouchedIsStillItsOwn() throws IOException {
        SocketFile file = listen();
        Files.setLastModifiedTime(path(), FileTime.fromMillis(0));
        FileCalls.chmod(path(), 0666);
        file.close();
        assertFalse(exists(path()));
    }

    @Test
    void aFileThatWasMovedAwayStaysWhereItIs() throws IOException {
        SocketFile file = listen();
        Path elsewhere = Files.move(path(), folder.resolve("elsewhere"));
        file.close();
        assertTrue(exists(elsewhere));
    }

    @Test
    void closingItWakesTheThreadThatAccepts() throws Exception {
        SocketFile file = listen();
        WatchedThread<StreamSocket> accepting =
                WatchedThread.start(() -> file.listener().accept()).awaitBlocked();
        file.close();
        assertInstanceOf(SocketClosedException.class, accepting.failure());
        assertFalse(exists(path()));
    }

    @Test
    void anInterruptedThreadCanStillCloseIt() throws IOException {
        SocketFile file = listen();
        Thread.currentThread().interrupt();
        file.close();
        assertTrue(Thread.interrupted());
        assertFalse(exists(path()));
    }
}
