package dev.unixsocket.uds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a command does when its results cannot be written. */
class StandardOutputIT {

    private static final Path FULL_DISK = Path.of("/dev/full");

    @TempDir Path folder;

    private Program shell(String line) {
        String uds = Program.dist().resolve("bin/uds").toString();
        return Program.tool("sh", "-c", line, uds, folder.toString()).run();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--version",
                "--help",
                "ls --help",
                "ls \"$1\"",
                "export \"$1\" --format json",
            })
    void aFullDiskIsAFailure(String arguments) {
        assumeTrue(Files.exists(FULL_DISK), "there is no " + FULL_DISK + " here");
        Program full = shell("\"$0\" " + arguments + " > " + FULL_DISK);
        assertEquals(1, full.awaitExit());
        assertEquals(
                "standard output cannot be written: No space left on device (ENOSPC)\n",
                full.stderr());
    }

    @Test
    void aClosedStandardOutputIsAFailure() {
        Program closed = shell("\"$0\" ls \"$1\" >&-");
        assertEquals(1, closed.awaitExit());
        assertTrue(
                closed.stderr().startsWith("standard output cannot be written: "), closed::stderr);
    }

    @Test
    void aReaderThatHasSeenEnoughIsNone() {
        Program pipe = shell("{ \"$0\" ls \"$1\"; echo $? >&2; } | true");
        assertEquals("0\n", pipe.stderr());
    }
}
