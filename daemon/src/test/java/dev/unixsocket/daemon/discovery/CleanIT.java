package dev.unixsocket.daemon.discovery;

import static dev.unixsocket.daemon.RequiredTools.requireRoot;
import static dev.unixsocket.daemon.discovery.Commands.asNobody;
import static dev.unixsocket.daemon.discovery.Commands.asNobody;
import static dev.unixsocket.daemon.discovery.Commands.uds;
import static dev.unixsocket.daemon.discovery.Commands.weaveCompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.daemon.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What {@code uds clean} says and removes. */
class CleanIT {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);

    @Test
    void cleanRemovesWhatAKilledDaemonLeft() {
        try (Program killed = weaveCompute(folder, "--lock")) {
            String clean = uds(0, "clean", folder + "/weave").stdout();
            assertEquals("", clean); // it lives
            killed.kill();
        }
        Path socket = folder.resolve("weave/weave.sock");
        String line = "remove " + socket + "\n";
        assertEquals("would " + line, uds(0, "clean", "--dry-run", folder + "/weave").stdout());
        assertTrue(Files.exists(socket));
        assertEquals("removed " + socket + "\n", uds(0, "clean", folder + "/weave").stdout());
        assertFalse(Files.exists(socket));
        assertTrue(Files.exists(folder.resolve("weave/weave.sock.lock")));
    }

    @Test
    void cleanSaysWhyAnotherUserCannotRemoveASocket() throws IOException {
        requireRoot("to be another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path stale = sockets.stale("a.sock");
        Files.setPosixFilePermissions(stale, PosixFilePermissions.fromString("rw-rw-rw-"));
        Program clean = asNobody(1, "clean", folder.toString());
        assertEquals("left " + stale + ": permission denied\n", clean.stderr());
    }
}
