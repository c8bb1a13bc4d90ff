package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.FailedCallsTest.failure;
import static dev.unixsocket.ffi.SocketFileTest.permissions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who holds a lock, and what is left of it. */
@EnabledOnOs(OS.LINUX)
class LockFileTest {

    private static final int NOBODY = 65534;
    private static final long NO_PROCESS = 4_194_305; // above the kernel's highest PID

    @TempDir Path folder;

    private Path path() {
        return folder.resolve("a.sock.lock");
    }

    @Test
    void itIsBesideItsSocket() {
        assertEquals(path(), LockFile.of(folder.resolve("a.sock")));
    }

    @Test
    void itHoldsThePidForItsUserAlone() throws IOException {
        try (LockFile lock = LockFile.take(path())) {
            assertEquals(ProcessHandle.current().pid() + "\n", Files.readString(lock.path()));
            assertEquals(0600, permissions(path()));
        }
    }

    @Test
    void aFileThatOthersCanOpenIsClosedToThem() throws IOException {
        Files.createFile(path());
        FileCalls.chmod(path(), 0644);
        try (LockFile lock = LockFile.take(path())) {
            assertEquals(0600, permissions(lock.path()));
        }
    }

    @Test
    void aHardLinkToAnotherFileIsLeftAsItIs() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "12345");
        FileCalls.chmod(precious, 0644);
        Files.createLink(path(), precious);
        IOException refusal = assertThrows(IOException.class, () -> LockFile.take(path()));
        assertEquals(
                path() + " is a hard link to a file that has 2 names: left as it is",
                refusal.getMessage());
        assertEquals("12345", Files.readString(precious));
        assertEquals(0644, permissions(precious));
    }

    @Test
    void anotherProgramsFileIsLeftAsItIs() throws IOException {
        for (String content : new String[] {"my notes", "12 34", "1".repeat(64), "-1"}) {
            Files.writeString(path(), content);
            IOException refusal = assertThrows(IOException.class, () -> LockFile.take(path()));
            assertEquals(path() + " holds more than a PID: left as it is", refusal.getMessage());
            assertEquals(content, Files.readString(path()));
        }
        Files.writeString(path(), "12345\n");
        LockFile.take(path()).close();
    }

    @Test
    void whoComesSecondIsToldWhoHasIt() throws IOException {
        try (LockFile lock = LockFile.take(path())) {
            AlreadyRunningException refusal =
                    assertThrows(AlreadyRunningException.class, () -> LockFile.take(lock.path()));
            assertEquals(ProcessHandle.current().pid(), refusal.pid());
        }
    }

    @Test
    void itIsGivenBackAndItsFileStays() throws IOException {
        LockFile lock = LockFile.take(path());
        lock.close();
        lock.close();
        assertTrue(Files.exists(path()));
        LockFile.take(path()).close();
    }

    @Test
    void aLongerPidOfTheLastOwnerIsOverwrittenWhole() throws IOException {
        Files.writeString(path(), "1234567890\n");
        try (LockFile lock = LockFile.take(path())) {
            assertEquals(ProcessHandle.current().pid() + "\n", Files.readString(lock.path()));
        }
    }

    @Test
    void aBorrowedLockKeepsThePidInTheFile() throws IOException {
        Files.writeString(path(), NO_PROCESS + "\n");
        try (LockFile lock = LockFile.borrow(path())) {
            assertEquals(NO_PROCESS + "\n", Files.readString(lock.path()));
        }
    }

    @Test
    void whoStartsWhileItIsBorrowedWaitsForTheEnd() throws Exception {
        Files.writeString(path(), NO_PROCESS + "\n");
        WatchedThread<LockFile> starter;
        try (LockFile borrowed = LockFile.borrow(path())) {
            starter = WatchedThread.start(() -> LockFile.take(borrowed.path()));
        }
        starter.result().close();
    }

    @Test
    void aLockWhoseOwnerIsNotKnownIsNotWaitedForForEver() throws IOException {
        Files.writeString(path(), "no number");
        try (LockFile borrowed = LockFile.borrow(path())) {
            AlreadyRunningException refusal =
                    assertThrows(
                            AlreadyRunningException.class, () -> LockFile.take(borrowed.path()));
            assertEquals(0, refusal.pid());
            assertEquals(
                    "already running: " + path() + " is locked by another process",
                    refusal.getMessage());
        }
    }

    @Test
    void aLinkADirectoryAndAMissingFolderAreRefused() throws IOException {
        Files.createSymbolicLink(path(), folder.resolve("elsewhere"));
        failure("open", Errno.ELOOP, () -> LockFile.take(path()));
        failure("open", Errno.EISDIR, () -> LockFile.take(folder));
        Path nowhere = folder.resolve("nowhere/x.lock");
        failure("open", Errno.ENOENT, () -> LockFile.take(nowhere));
        failure("open", Errno.ENOENT, () -> LockFile.borrow(folder.resolve("none")));
    }

    @Test
    void aLockFileOfSomebodyElseIsRefused() throws IOException {
        assumeTrue(Syscalls.getuid() == 0, "only root can give a file away");
        Files.createFile(path());
        Files.setAttribute(path(), "unix:uid", NOBODY);
        IOException refusal = assertThrows(IOException.class, () -> LockFile.take(path()));
        assertTrue(
                refusal.getMessage().startsWith(path() + " belongs to uid 65534, not to uid 0"),
                refusal.getMessage());
    }
}
