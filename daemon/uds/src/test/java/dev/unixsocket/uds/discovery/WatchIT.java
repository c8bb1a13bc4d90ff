package dev.unixsocket.uds.discovery;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;
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

/** What {@code uds watch} prints, and how it ends. */
class WatchIT {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);

    @Test
    void watchPrintsALineForEachEvent() throws IOException {
        Path there = sockets.listening("a.sock");
        try (Program watch =
                Program.dist("uds", "watch", "--json", "--interval=200ms", folder.toString())
                        .start()) {
            watch.awaitStdout("{\"event\":\"listening\",\"path\":\"" + there + "\"}\n");
            sockets.die(there);
            watch.awaitStdout("{\"event\":\"stale\",\"path\":\"" + there + "\"}\n");
            Files.delete(there);
            watch.awaitStdout("{\"event\":\"disappeared\",\"path\":\"" + there + "\"}\n");
            assertEquals(0, watch.terminate());
            assertEquals("", watch.stderr());
            assertEquals(4, watch.stdout().lines().count());
        }
    }

    @Test
    void watchSeesADaemonThatIsKilled() throws IOException {
        Files.createDirectory(folder.resolve("weave"));
        try (Program watch = Program.dist("uds", "watch", folder + "/weave").start();
                Program daemon = weaveCompute(folder)) {
            watch.awaitStdout("listening   " + folder + "/weave/weave.sock");
            daemon.kill();
            watch.awaitStdout("stale       " + folder + "/weave/weave.sock");
        }
    }

    @Test
    void aSocketListensForAUserOnceTheUserMayConnectToIt() throws IOException {
        requireTool("setpriv", "to be another user");
        requireRoot("to be another user");
        Files.setAttribute(folder, "unix:mode", 0755);
        Path socket = sockets.listening("a.sock");
        Files.setAttribute(socket, "unix:mode", 0600);
        Program.Builder asNobody =
                Program.dist("uds", "watch", "--interval=1h", folder.toString()).asNobody();
        try (Program watch = asNobody.start()) {
            watch.awaitStdout("appeared    " + socket);
            Files.setAttribute(sockets.listening("open.sock"), "unix:mode", 0666);
            watch.awaitStdout("listening   " + folder + "/open.sock");
            assertFalse(watch.stdout().contains("listening   " + socket), watch::stdout);
            Files.setAttribute(socket, "unix:mode", 0666);
            watch.awaitStdout("listening   " + socket);
        }
    }

    @Test
    void watchEndsWhenNobodyReadsItAnyMore() throws IOException {
        Path there = sockets.listening("a.sock");
        String uds = Program.dist().resolve("bin/uds").toString();
        try (Program pipe =
                Program.tool("sh", "-c", "\"$0\" watch \"$1\" | head -n 1", uds, folder.toString())
                        .start()) {
            pipe.awaitStdout("appeared");
            Files.delete(there); // something to print
            assertEquals(0, pipe.awaitExit());
            assertEquals("", pipe.stderr());
        }
    }

    @Test
    void watchEndsWhenItsDirectoryGoes() throws IOException {
        Path below = Files.createDirectory(folder.resolve("below"));
        sockets.listening("below/a.sock");
        try (Program watch = Program.dist("uds", "watch", below.toString()).start()) {
            watch.awaitStdout("listening ");
            Files.delete(below.resolve("a.sock"));
            Files.delete(below);
            assertEquals(1, watch.awaitExit());
            assertTrue(watch.stdout().contains("disappeared " + below + "/a.sock"));
        }
    }
}
