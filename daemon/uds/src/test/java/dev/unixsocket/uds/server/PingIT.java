package dev.unixsocket.uds.server;

import static dev.unixsocket.testing.RequiredTools.requireRoot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code uds ping}, and the exit statuses that a monitor goes by. */
class PingIT {

    @TempDir Path folder;

    private static Program ping(String... arguments) {
        String[] words = new String[arguments.length + 1];
        words[0] = "ping";
        System.arraycopy(arguments, 0, words, 1, arguments.length);
        return Program.dist("uds", words).run();
    }

    @ParameterizedTest
    @EnumSource(names = {"WEAVE", "IPC", "EVENTS", "OBSERVE"})
    void aServiceIsAskedInItsOwnProtocolByItsMetadata(Service service) {
        try (Program program = service.start(folder, "--metadata")) {
            String socket = service.socketIn(folder).toString();
            Program well = ping(socket);
            assertEquals(0, well.awaitExit(), well::stderr);
            assertTrue(
                    well.stdout().matches("[a-z]+ at " + socket + " answered in [0-9.]+ ms\\n"),
                    well::stdout);
            program.signal("STOP");
            Program stopped = ping(socket, "--timeout=300ms");
            assertEquals(4, stopped.awaitExit(), stopped::stderr);
            program.kill();
            Program dead = ping(socket);
            assertEquals(1, dead.awaitExit(), dead::stderr);
            assertEquals("", dead.stdout());
        }
    }

    @Test
    void anotherServiceThanSaidIsAFailure() {
        try (Program _ = Service.WEAVE.start(folder)) {
            String socket = Service.WEAVE.socketIn(folder).toString();
            assertEquals(0, ping(socket).awaitExit()); // by the name of the file
            assertEquals(1, ping(socket, "--service=observe").awaitExit());
            assertEquals(1, ping(socket, "--service=ipc").awaitExit());
        }
    }

    @Test
    void withoutAnythingToGoByItIsAWrongCommandLine() throws IOException {
        Path socket = Files.createFile(folder.resolve("unknown.sock"));
        Program program = ping(socket.toString());
        assertEquals(2, program.awaitExit());
        assertTrue(program.stderr().contains("give --service"), program::stderr);
    }

    @Test
    void whereNoFileIsNothingServes() {
        Program program = ping(folder.resolve("none.sock").toString());
        assertEquals(1, program.awaitExit());
        assertTrue(program.stderr().contains("none.sock: no such file"), program::stderr);
    }

    @Test
    void metadataOfAnotherUserThanTheSocketsOwnerIsNotTrusted() throws IOException {
        requireRoot("to give the metadata to another user");
        try (Program _ = Service.IPC.start(folder, "--metadata")) {
            Path socket = Service.IPC.socketIn(folder);
            Files.setAttribute(socket, "unix:uid", 65533);
            Files.setAttribute(folder.resolve("ipc.json"), "unix:uid", 65534);
            Program program = ping(socket.toString());
            assertEquals(2, program.awaitExit());
            assertTrue(program.stderr().contains("not trusted: ipc.json"), program::stderr);
        }
    }
}
