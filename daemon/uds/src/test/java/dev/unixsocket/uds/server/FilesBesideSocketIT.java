package dev.unixsocket.uds.server;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The PID file and the metadata, where something else has their names. */
class FilesBesideSocketIT {

    private static final int NOBODY = 65534;

    @TempDir Path folder;

    private Path socket() {
        return folder.resolve("ipc.sock");
    }

    private Path sidecar() {
        return folder.resolve("ipc.json");
    }

    private Path pidFile() {
        return folder.resolve("pid");
    }

    private static Program.Builder service(String... options) {
        return Program.dist("uds", options);
    }

    private Program.Builder withMetadata() {
        return service("ipc", "serve", "--socket=" + socket(), "--metadata");
    }

    private Program.Builder withPidFile(Path path) {
        return service("ipc", "serve", "--socket=" + socket(), "--pid-file=" + path);
    }

    private static Program started(Program.Builder service) {
        return service.start().awaitStderr("listening on");
    }

    private void assertRefused(Program.Builder service, String why) {
        Program program = service.run();
        assertEquals(1, program.awaitExit(), program::stderr);
        assertTrue(program.stderr().contains(why), program::stderr);
        assertFalse(Files.exists(socket()));
    }

    private static void mkfifo(Path path) {
        requireTool("mkfifo", "to make a FIFO");
        assertEquals(0, Program.tool("mkfifo", path.toString()).run().awaitExit());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"my\":\"config\"}", "text", "", "{\"service\":\"a\",\"version\":\"1\"}"})
    void aFileThatIsNoMetadataIsLeftAlone(String content) throws IOException {
        Files.writeString(sidecar(), content);
        assertRefused(withMetadata(), sidecar() + " is not the metadata of a service (");
        assertEquals(content, Files.readString(sidecar()));
        assertFalse(Files.exists(folder.resolve("ipc.sock.lock")));
    }

    @Test
    void metadataOfAnotherUserIsLeftAlone() throws IOException {
        requireRoot("to give a file away");
        String content = "{\"service\":\"a\",\"version\":\"1\",\"pid\":1,\"started_at\":\"\"}";
        Files.writeString(sidecar(), content);
        Files.setAttribute(sidecar(), "unix:uid", NOBODY);
        assertEquals(0, Program.tool("chmod", "1777", folder.toString()).run().awaitExit());
        assertRefused(withMetadata(), "it belongs to uid 65534");
        assertEquals(content, Files.readString(sidecar()));
    }

    @Test
    void metadataThatAKilledServiceLeftIsReplaced() throws IOException {
        try (Program killed = started(withMetadata())) {
            killed.kill();
        }
        try (Program service = started(withMetadata())) {
            assertTrue(Files.readString(sidecar()).contains("\"service\":\"ipc\""));
            assertEquals(0, service.terminate());
            assertFalse(Files.exists(sidecar()));
        }
    }

    @Test
    void metadataThatIsSomethingElseByThenIsLeftAloneAndTheServiceStops() throws IOException {
        try (Program service = started(withMetadata())) {
            Files.delete(sidecar());
            mkfifo(sidecar());
            assertEquals(0, service.terminate());
            assertTrue(
                    service.stderr().contains(sidecar() + " is not removed: it is a special file"),
                    service::stderr);
            assertFalse(Files.exists(socket()));
        }
    }

    @Test
    void metadataThatIsNoTextByThenIsLeftAloneAndTheServiceStops() throws IOException {
        try (Program service = started(withMetadata())) {
            Files.write(sidecar(), new byte[] {(byte) 0xFF, (byte) 0xFE});
            assertEquals(0, service.terminate());
            assertTrue(Files.exists(sidecar()));
            assertFalse(Files.exists(socket()));
        }
    }

    @Test
    void aLockFileThatAnotherUserLeftIsNamedWithItsOwner() throws IOException {
        requireRoot("to start a service as another user");
        Path lock = Files.createFile(folder.resolve("ipc.sock.lock"));
        Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-------"));
        assertEquals(0, Program.tool("chmod", "1777", folder.toString()).run().awaitExit());
        assertRefused(
                service("ipc", "serve", "--socket=" + socket()).asNobody(),
                lock + " belongs to uid 0, not to uid 65534");
    }

    @Test
    void aStartThatCannotOwnTheSocketLeavesNoLockFile() throws IOException {
        Path plain = Files.createFile(folder.resolve("plain"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        assertRefused(service("ipc", "serve", "--socket=" + plain), "is a regular file");
        assertRefused(service("ipc", "serve", "--socket=" + link), "is a symbolic link");
        assertFalse(Files.exists(folder.resolve("plain.lock")));
        assertFalse(Files.exists(folder.resolve("link.lock")));
    }

    @Test
    void aFifoIsNoPidFileAndIsNotWaitedFor() {
        mkfifo(pidFile());
        assertRefused(
                withPidFile(pidFile()), pidFile() + " is not a PID file (it is a special file)");
    }

    @Test
    void aDirectoryIsNoPidFileAndIsNamed() {
        assertRefused(withPidFile(folder), folder + " is not a PID file (it is a directory)");
    }

    @Test
    void aPidFileInAMissingDirectoryIsNamed() {
        Path path = folder.resolve("missing/pid");
        assertRefused(withPidFile(path), path + ": no such file or directory");
    }

    @Test
    void anEmptyPidFileIsReplacedAndSaidSo() throws IOException {
        Files.createFile(pidFile());
        assertReplaced("it is empty");
    }

    @Test
    void aPidFileThatNamesAToolOfTheDistributionIsReplacedAndSaidSo() throws IOException {
        try (Program watch = service("watch", folder.toString()).start()) {
            Program.await(() -> runsJava(watch), "the tool");
            Files.writeString(pidFile(), watch.pid() + "\n");
            assertReplaced("belongs to another program by now");
            assertTrue(watch.isAlive());
        }
    }

    private static boolean runsJava(Program program) {
        return ProcessHandle.of(program.pid())
                .flatMap(process -> process.info().commandLine())
                .filter(line -> line.contains("-Duds.launcher"))
                .isPresent();
    }

    @Test
    void aPidFileOfThisUserThatNamesAnotherUsersProcessIsReplacedAndSaidSo() throws IOException {
        requireRoot("to start a process as another user");
        String[] looksLikeOurs = {
            "-c", "while :; do sleep 1; done", "-Duds.launcher=", "--pid-file"
        };
        try (Program other = Program.tool("sh", looksLikeOurs).asNobody().start()) {
            Program.await(() -> belongsTo(other, NOBODY), "the process as another user");
            Files.writeString(pidFile(), other.pid() + "\n");
            assertReplaced("belongs to another program by now");
        }
    }

    private static boolean belongsTo(Program program, int uid) {
        try {
            return (int) Files.getAttribute(Path.of("/proc/" + program.pid()), "unix:uid") == uid;
        } catch (IOException gone) {
            return false;
        }
    }

    private void assertReplaced(String why) throws IOException {
        try (Program service = started(withPidFile(pidFile()))) {
            assertTrue(service.stderr().contains(why), service::stderr);
            assertEquals(service.pid() + "\n", Files.readString(pidFile()));
            assertEquals(0, service.terminate());
        }
    }

    @Test
    void aStartThatCannotHaveTheSocketLeavesThePidFileAsItIs() throws IOException {
        Files.writeString(pidFile(), "4194305\n");
        try (Program running = started(service("ipc", "serve", "--socket=" + socket()))) {
            assertRunning("--lock");
            assertRunning("--no-lock");
            assertEquals("4194305\n", Files.readString(pidFile()));
            assertEquals(0, running.terminate());
        }
    }

    private void assertRunning(String lock) {
        Program second =
                service("ipc", "serve", lock, "--socket=" + socket(), "--pid-file=" + pidFile())
                        .run();
        assertEquals(1, second.awaitExit());
        assertTrue(second.stderr().contains("already "), second::stderr);
        assertFalse(second.stderr().contains("replaced"), second::stderr);
    }
}
