package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.FailedCallsTest.failure;
import static dev.unixsocket.ffi.SocketFileTest.exists;
import static dev.unixsocket.ffi.SocketFileTest.permissions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory that keeps others away from a socket. */
@EnabledOnOs(OS.LINUX)
class SocketDirectoryTest {

    @TempDir Path folder;

    @Test
    void aDirectoryIsMadeWithItsMode() throws IOException {
        Path directory = folder.resolve("weave");
        SocketFile.prepareDirectory(directory, 0700);
        assertEquals(0700, permissions(directory));
        SocketFile.prepareDirectory(directory, 0700);
        assertEquals(0700, permissions(directory));
    }

    @Test
    void theModeOfADirectoryIsCorrectedAndItsContentKept() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("weave"));
        Files.createFile(directory.resolve("kept"));
        for (int mode : new int[] {0777, 0755, 0500, 01700}) {
            FileCalls.chmod(directory, mode);
            SocketFile.prepareDirectory(directory, 0700);
            assertEquals(0700, permissions(directory));
        }
        assertTrue(exists(directory.resolve("kept")));
    }

    @Test
    void aFileWithTheNameOfTheDirectoryIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("weave"), "content");
        int mode = permissions(file);
        IOException refusal =
                assertThrows(IOException.class, () -> SocketFile.prepareDirectory(file, 0700));
        assertEquals(
                file + " is a regular file, not a directory: left as it is", refusal.getMessage());
        assertEquals(mode, permissions(file));
    }

    @Test
    void aDirectoryWhoseParentIsMissingIsNamed() {
        Path directory = folder.resolve("missing/weave");
        SyscallException failure =
                failure("mkdir", Errno.ENOENT, () -> SocketFile.prepareDirectory(directory, 0700));
        assertEquals(directory.toString(), failure.subject());
    }

    @Test
    void aDirectoryInOneThatEveryoneCanWriteToIsRefused() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        FileCalls.chmod(open, 0777);
        IOException refusal =
                assertThrows(
                        IOException.class,
                        () -> SocketFile.prepareDirectory(open.resolve("weave"), 0700));
        assertEquals(
                open + " lets every user replace what is in it: its mode is 0777",
                refusal.getMessage());
        assertFalse(exists(open.resolve("weave")));
    }
}
