package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Who owns the socket: the lock file, the PID file, and names without a file. */
class WeaveLockIT {

    @TempDir Path runtimeDirectory;

    private Path lockFile() {
        return Path.of(RunningDaemon.socketIn(runtimeDirectory) + ".lock");
    }

    private Program fails(String... options) {
        Program program =
                Program.dist("weave-compute", options)
                        .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString())
                        .run();
        assertEquals(1, program.awaitExit(), program::stderr);
        return program;
    }

    private static void assertServes(RunningDaemon daemon) throws IOException {
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(new RawRequest().bytes()).length);
    }

    @Test
    void theLockFileHoldsThePidAndIsForItsUserAlone() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--lock")) {
            assertEquals(daemon.program().pid() + "\n", Files.readString(lockFile()));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(lockFile())));
        }
    }

    @Test
    void aSecondDaemonSaysWhoRunsAndLeavesTheSocketAlone() throws IOException {
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory, "--lock")) {
            Program second = fails("--lock");
            assertEquals(
                    "already running (pid %d), says %s%n"
                            .formatted(first.program().pid(), lockFile()),
                    second.stderr());
            assertServes(first);
        }
    }

    @Test
    void theLockKeepsTheSocketEvenWhenItsFileIsGone() throws IOException {
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory, "--lock")) {
            Files.delete(first.socket());
            assertTrue(fails("--lock").stderr().startsWith("already running (pid "));
        }
    }

    @Test
    void aDaemonThatHoldsNoLockIsLeftAlone() throws IOException {
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory)) {
            Program second = fails("--lock");
            assertTrue(second.stderr().startsWith("already listening on "), second::stderr);
            assertServes(first);
        }
    }

    @Test
    void theLockFileStaysAndTheNextDaemonTakesIt() throws IOException {
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory, "--lock")) {
            assertEquals(0, first.program().terminate());
            assertTrue(Files.exists(lockFile()));
            assertFalse(Files.exists(first.socket()));
        }
        try (RunningDaemon next = RunningDaemon.start(runtimeDirectory, "--lock")) {
            assertServes(next);
        }
    }

    @Test
    void aSymbolicLinkIsNotTakenForALockFile() throws IOException {
        Path precious = Files.writeString(runtimeDirectory.resolve("precious"), "text");
        Files.createDirectory(lockFile().getParent());
        Files.createSymbolicLink(lockFile(), precious);
        assertTrue(fails("--lock").stderr().contains("ELOOP"));
        assertEquals("text", Files.readString(precious));
    }

    @Test
    void thePidFileIsThereWhileItRuns() throws IOException {
        Path pidFile = runtimeDirectory.resolve("weave.pid");
        try (RunningDaemon daemon =
                RunningDaemon.start(runtimeDirectory, "--pid-file=" + pidFile)) {
            assertEquals(daemon.program().pid() + "\n", Files.readString(pidFile));
            assertEquals(0, daemon.program().terminate());
            assertFalse(Files.exists(pidFile));
        }
    }

    @Test
    void aPidFileOfADeadProcessIsReplacedAndSaidSo() throws IOException {
        Path pidFile = runtimeDirectory.resolve("weave.pid");
        try (RunningDaemon killed =
                RunningDaemon.start(runtimeDirectory, "--pid-file=" + pidFile)) {
            killed.program().kill();
        }
        try (RunningDaemon daemon =
                RunningDaemon.start(runtimeDirectory, "--pid-file=" + pidFile)) {
            assertTrue(daemon.program().stderr().contains("no process has the pid"));
            assertEquals(daemon.program().pid() + "\n", Files.readString(pidFile));
        }
    }

    @Test
    void aPidFileThatNamesAnotherProgramIsReplacedAndSaidSo() throws IOException {
        Path pidFile = runtimeDirectory.resolve("weave.pid");
        try (Program other = Program.tool("sleep", "600").start()) {
            Files.writeString(pidFile, other.pid() + "\n");
            try (RunningDaemon daemon =
                    RunningDaemon.start(runtimeDirectory, "--pid-file=" + pidFile)) {
                assertTrue(daemon.program().stderr().contains("belongs to another program"));
            }
            assertTrue(other.isAlive());
        }
    }

    @Test
    void aPidFileThatNamesARunningDaemonIsLeftAlone() throws IOException {
        Path pidFile = runtimeDirectory.resolve("weave.pid");
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory, "--pid-file=" + pidFile)) {
            Program second = fails("--abstract=" + runtimeDirectory, "--pid-file=" + pidFile);
            assertTrue(
                    second.stderr().startsWith("already running (pid " + first.program().pid()),
                    second::stderr);
            assertEquals(first.program().pid() + "\n", Files.readString(pidFile));
        }
    }

    @Test
    void aPidFileThatIsSomebodyElsesByThenIsLeftAlone() throws IOException {
        Path pidFile = runtimeDirectory.resolve("weave.pid");
        try (RunningDaemon daemon =
                RunningDaemon.start(runtimeDirectory, "--pid-file=" + pidFile)) {
            Files.writeString(pidFile, "1\n");
            assertEquals(0, daemon.program().terminate());
            assertEquals("1\n", Files.readString(pidFile));
        }
    }

    @Test
    void anAbstractNameHasNoFileAndOneOwner() throws IOException {
        String name = "--abstract=" + runtimeDirectory; // nobody else's
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory, name)) {
            assertTrue(
                    first.program().stderr().contains("listening on @" + runtimeDirectory),
                    first.program()::stderr);
            assertFalse(Files.exists(first.socket()));
            Program second = fails(name);
            assertEquals(
                    "already listening on @%s (pid %d)%n"
                            .formatted(runtimeDirectory, first.program().pid()),
                    second.stderr());
            Program client =
                    Program.dist(
                                    "uds",
                                    "weave",
                                    "send",
                                    "--prompt=x",
                                    "--width=64",
                                    "--height=64",
                                    name)
                            .run();
            assertEquals(0, client.awaitExit(), client::stderr);
            assertEquals(0, first.program().terminate());
        }
    }

    @Test
    void metadataIsBesideTheSocketWhileItServes() throws IOException {
        Path sidecar = runtimeDirectory.resolve("weave").resolve("weave.json");
        try (RunningDaemon daemon =
                RunningDaemon.start(runtimeDirectory, "--metadata", "--tag=gpu,test")) {
            String json = Files.readString(sidecar);
            assertTrue(json.contains("\"pid\":" + daemon.program().pid()), json);
            assertTrue(json.contains("\"tags\":[\"gpu\",\"test\"]"), json);
            assertEquals(0, daemon.program().terminate());
            assertFalse(Files.exists(sidecar));
        }
    }
}
