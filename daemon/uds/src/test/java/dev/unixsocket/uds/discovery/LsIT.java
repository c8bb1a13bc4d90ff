package dev.unixsocket.uds.discovery;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;
import static dev.unixsocket.uds.discovery.Commands.asNobody;
import static dev.unixsocket.uds.discovery.Commands.json;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** What {@code uds ls} shows. */
class LsIT {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);

    @Test
    void lsShowsADaemonWithAllThatIsKnown() throws IOException {
        try (Program daemon = weaveCompute(folder, "--metadata", "--tag=gpu")) {
            Program ls = uds(0, "ls", "--json", folder + "/weave");
            Map<String, Object> socket = json(ls.stdout());
            assertEquals(
                    List.of(
                            "path",
                            "state",
                            "type",
                            "mode",
                            "uid",
                            "owner",
                            "pid",
                            "command",
                            "metadata"),
                    List.copyOf(socket.keySet()));
            assertEquals(folder + "/weave/weave.sock", socket.get("path"));
            assertEquals("listening", socket.get("state"));
            assertEquals("stream", socket.get("type"));
            assertEquals("0600", socket.get("mode"));
            assertEquals(daemon.pid(), socket.get("pid"));
            assertTrue(socket.get("command").toString().contains("WeaveCompute"));
            Map<?, ?> metadata = (Map<?, ?>) socket.get("metadata");
            assertEquals(daemon.pid(), metadata.get("pid"));
            assertEquals(List.of("gpu"), metadata.get("tags"));
            Program table = uds(0, "ls", folder + "/weave");
            assertTrue(table.stdout().startsWith("PATH "), table::stdout);
            assertTrue(table.stdout().contains(" listening  stream  0600  "), table::stdout);
            String command = "  " + daemon.pid() + "  weave-compute --metadata --tag=gpu  ";
            assertTrue(table.stdout().contains(command), table::stdout);
        }
    }

    @Test
    void lsFindsTheDaemonWhereItIsByDefault() throws IOException {
        try (Program daemon = weaveCompute(folder)) {
            Path closed = Files.createDirectory(folder.resolve("closed"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
            Program ls =
                    Program.dist("uds", "ls")
                            .environment("XDG_RUNTIME_DIR", folder.toString())
                            .run();
            assertEquals(0, ls.awaitExit(), ls::stderr);
            assertTrue(ls.stdout().contains(folder + "/weave/weave.sock"), ls::stdout);
            assertTrue(ls.stdout().contains(" " + daemon.pid() + " "), ls::stdout);
        }
    }

    @Test
    void lsShowsHostileNamesHarmlessly() throws IOException {
        sockets.stale("a b\n\u001b[31m.sock");
        String table = uds(0, "ls", folder.toString()).stdout();
        assertTrue(table.contains("/a b\\n\\x1b[31m.sock"), table);
        assertFalse(table.contains("\u001b"), table);
        assertEquals(2, table.lines().count());
        String json = uds(0, "ls", "--json", folder.toString()).stdout();
        assertFalse(json.contains("\u001b"), json);
        assertEquals(folder + "/a b\n\u001b[31m.sock", json(json).get("path"));
    }

    @Test
    void aSidecarWithHalfACharacterCostsNoOtherSocketItsLine() throws IOException {
        requireTool("jq", "to read JSON as others do");
        sockets.listening("a.sock");
        sockets.listening("z.sock");
        Files.writeString(folder.resolve("z.json"), "{\"a\":\"\\ud800\"}");
        Path lines = folder.resolve("lines");
        for (String command : List.of("ls --json", "export --format=json")) {
            String[] words = (command + " " + folder).split(" ");
            Files.writeString(lines, uds(0, words).stdout());
            Program jq = Program.tool("jq", "-r", ".. | .path? // empty", lines + "").run();
            assertEquals(0, jq.awaitExit(), jq::stderr);
            assertEquals(folder + "/a.sock\n" + folder + "/z.sock\n", jq.stdout());
        }
    }

    @Test
    void aNameThatIsNotUtf8IsSaidAndNotTakenForAnother() throws IOException {
        Path stale = sockets.stale("a.sock");
        Path own = Files.writeString(folder.resolve("a.json"), "{\"of\":\"this one\"}");
        Files.writeString(folder.resolve("b\uFFFD.json"), "{\"of\":\"another\"}");
        String rename = "b=\"$2/$(printf 'b\\377')\"; mv \"$0\" \"$b.sock\"; mv \"$1\" \"$b.json\"";
        Program.tool("sh", "-c", rename, stale + "", own + "", folder + "").run();
        Map<String, Object> socket = json(uds(0, "ls", "--json", folder.toString()).stdout());
        assertEquals("stale", socket.get("state"));
        assertEquals(Map.of("of", "this one"), socket.get("metadata"));
        assertEquals(
                List.of("its path is not UTF-8: percent-encoded, it is " + folder + "/b%FF.sock"),
                socket.get("problems"));
        String table = uds(0, "ls", folder.toString()).stdout();
        assertTrue(table.contains("file://" + folder + "/b%FF.sock "), table);
    }

    @Test
    void lsSaysWhichDirectoryItCannotReadAndShowsTheOthers() throws IOException {
        sockets.listening("a.sock");
        Program ls = uds(1, "ls", folder.resolve("nowhere").toString(), folder.toString());
        assertEquals(
                "cannot read " + folder + "/nowhere: no such file or directory\n", ls.stderr());
        assertTrue(ls.stdout().contains("a.sock"), ls::stdout);
    }

    @Test
    void lsSaysWhatAnotherUserMayNotConnectTo() throws IOException {
        requireRoot("to be another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                sockets.listening("a.sock"), PosixFilePermissions.fromString("rw-------"));
        Program ls = asNobody(0, "ls", "--json", folder.toString());
        assertEquals("refused", json(ls.stdout()).get("state"));
        asNobody(0, "clean", folder.toString());
        assertTrue(Files.exists(folder.resolve("a.sock")));
    }

    /** A folder with a socket, and below it a folder of root's. */
    private void closeToNobody(String mode) throws IOException {
        requireRoot("to be another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path closed = Files.createDirectory(folder.resolve("closed"));
        sockets.listening("a.sock");
        sockets.stale("closed/b.sock");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString(mode));
    }

    @Test
    void lsSaysWhichDirectoriesBelowItCannotRead() throws IOException {
        closeToNobody("rwx------");
        Program ls = asNobody(1, "ls", "--recursive", folder.toString());
        assertEquals("cannot read " + folder + "/closed: permission denied\n", ls.stderr());
        assertTrue(ls.stdout().contains("a.sock"), ls::stdout);
    }

    @Test
    void aDirectoryThatCanOnlyBeListedIsNotRead() throws IOException {
        closeToNobody("rwxr--r--");
        String why = "/closed: 1 of its entries cannot be looked at: permission denied\n";
        for (String command : List.of("ls", "clean")) {
            Program program = asNobody(1, command, folder + "/closed");
            assertTrue(program.stderr().endsWith(folder + why), program::stderr);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "clean", "watch", "export --format=json"})
    void aFileIsNoDirectory(String command) throws IOException {
        Path socket = sockets.stale("a.sock");
        Program program = uds(1, (command + " " + socket).split(" "));
        assertTrue(program.stderr().endsWith(socket + ": not a directory\n"), program::stderr);
        assertTrue(Files.exists(socket));
    }
}
