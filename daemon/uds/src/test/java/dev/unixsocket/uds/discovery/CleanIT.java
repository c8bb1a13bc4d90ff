package dev.unixsocket.uds.discovery;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.uds.discovery.Commands.asNobody;
import static dev.unixsocket.uds.discovery.Commands.uds;
import static dev.unixsocket.uds.discovery.Commands.weaveCompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.TestSockets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

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

    @Test
    void cleanSaysWhatItCannotJudge() throws IOException {
        requireRoot("to be another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path closed = sockets.stale("a.sock");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rw-------"));
        sockets.bound("b.sock");
        Path longName = folder.resolve("x".repeat(120));
        Files.createLink(longName, sockets.listening("c.sock"));
        Program clean = asNobody(0, "clean", folder.toString());
        assertEquals("", clean.stdout());
        assertTrue(
                clean.stderr().contains("cannot judge " + closed + ": no permission to connect\n"),
                clean::stderr);
        assertTrue(
                clean.stderr()
                        .contains("cannot judge " + longName + ": its state cannot be found out\n"),
                clean::stderr);
        Files.delete(longName);
        uds(0, "clean", folder.toString());
        assertFalse(Files.exists(closed)); // root could judge that one
    }

    @Test
    void cleanRemovesASocketWhoseNameIsNotText() throws IOException {
        Path stale = sockets.stale("a.sock");
        String rename = "mv \"$0\" \"$1/$(printf '\\377')\"";
        Program.tool("sh", "-c", rename, stale.toString(), folder.toString()).run();
        assertEquals(
                "removed file://" + folder + "/%FF\n", uds(0, "clean", folder.toString()).stdout());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void cleanLeavesMetadataWhereItIs() throws IOException {
        Path stale = sockets.stale("a.sock");
        Path sidecar = Files.writeString(folder.resolve("a.json"), "{}");
        uds(0, "clean", folder.toString());
        assertFalse(Files.exists(stale));
        assertTrue(Files.exists(sidecar));
        String help = uds(0, "clean", "--help").stdout().replaceAll("\\s+", " ");
        assertTrue(help.contains("Lock files and metadata (<name>.json)"), help);
    }
}
