package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Who is served. The modes of the directory and the socket are opened on purpose, so that nothing
 * but the peer's credentials stands between the daemon and another user.
 */
class WeavePeersIT {

    @TempDir Path runtimeDirectory;

    @Test
    void aProcessOfTheSameUserIsServed() {
        RequiredTools.requireTool("socat", "to be another program of the same user");
        try (RunningDaemon daemon = openToAll("--log-level=debug")) {
            Program client = request(Program.tool("socat", "-", "UNIX:" + daemon.socket()));
            assertEquals(48 + 64 * 64 * 3, client.stdoutBytes().length, client::stderr);
            daemon.program().awaitStderr("served pid " + client.pid());
        }
    }

    @Test
    void anotherUserGetsNothingAndOneLineAtDebug() {
        requireAnotherUser();
        try (RunningDaemon daemon = openToAll("--log-level=debug")) {
            Program client =
                    request(Program.tool("socat", "-", "UNIX:" + daemon.socket()).asNobody());
            assertEquals(0, client.stdoutBytes().length);
            daemon.program().awaitStderr("refused a connection of pid");
            assertEquals(0, daemon.program().terminate());
            List<String> lines =
                    daemon.program().stderr().lines().filter(l -> l.contains("65534")).toList();
            assertEquals(1, lines.size(), daemon.program()::stderr);
            assertTrue(
                    lines.getFirst()
                            .matches(
                                    ".* DEBUG server: refused a connection of pid "
                                            + client.pid()
                                            + ", uid 65534, gid 65534"),
                    lines::getFirst);
        }
    }

    @Test
    void anotherUserIsNotMentionedAtInfo() {
        requireAnotherUser();
        try (RunningDaemon daemon = openToAll()) {
            request(Program.tool("socat", "-", "UNIX:" + daemon.socket()).asNobody());
            assertEquals(0, daemon.program().terminate());
            assertFalse(daemon.program().stderr().contains("65534"), daemon.program()::stderr);
        }
    }

    private static void requireAnotherUser() {
        RequiredTools.requireRoot("to become another user");
        RequiredTools.requireTool("setpriv", "to become another user");
        RequiredTools.requireTool("socat", "to connect as another user");
    }

    private static Program request(Program.Builder builder) {
        try (Program client = builder.start()) {
            try {
                client.input(new RawRequest().bytes());
                client.closeInput();
            } catch (UncheckedIOException e) {
                // a client that was refused may be gone already
            }
            client.awaitExit();
            return client;
        }
    }

    private RunningDaemon openToAll(String... options) {
        RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, options);
        try {
            open(runtimeDirectory, "rwxr-xr-x");
            open(daemon.socket().getParent(), "rwxr-xr-x");
            open(daemon.socket(), "rw-rw-rw-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return daemon;
    }

    private static void open(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
