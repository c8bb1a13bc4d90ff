package dev.unixsocket.daemon.discovery;

import static dev.unixsocket.daemon.RequiredTools.requireRoot;
import static dev.unixsocket.daemon.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.daemon.Program;
import dev.unixsocket.daemon.wire.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The commands, on real services. */
class DiscoveryIT {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);

    private Program uds(int status, String... arguments) {
        Program program = Program.dist("uds", arguments).run();
        assertEquals(status, program.awaitExit(), program::stderr);
        return program;
    }

    private Map<String, Object> json(String line) throws IOException {
        return Json.object(line.getBytes(StandardCharsets.UTF_8));
    }

    private Program weaveCompute(String... options) {
        return Program.dist("weave-compute", options)
                .environment("XDG_RUNTIME_DIR", folder.toString())
                .start()
                .awaitStderr("listening on");
    }

    @Test
    void lsShowsADaemonWithAllThatIsKnown() throws IOException {
        try (Program daemon = weaveCompute("--metadata", "--tag=gpu")) {
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
        Program ls = Program.dist("uds", "ls", "--json", folder.toString()).asNobody().run();
        assertEquals("refused", json(ls.stdout()).get("state"));
        Program clean = Program.dist("uds", "clean", folder.toString()).asNobody().run();
        assertEquals(0, clean.awaitExit());
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

    private Program asNobody(String... arguments) {
        return Program.dist("uds", arguments).asNobody().run();
    }

    @Test
    void lsSaysWhichDirectoriesBelowItCannotRead() throws IOException {
        closeToNobody("rwx------");
        Program ls = asNobody("ls", "--recursive", folder.toString());
        assertEquals(1, ls.awaitExit());
        assertEquals("cannot read " + folder + "/closed: permission denied\n", ls.stderr());
        assertTrue(ls.stdout().contains("a.sock"), ls::stdout);
    }

    @Test
    void aDirectoryThatCanOnlyBeListedIsNotRead() throws IOException {
        closeToNobody("rwxr--r--");
        String why = "/closed: 1 of its entries cannot be looked at: permission denied\n";
        for (String command : List.of("ls", "clean")) {
            Program program = asNobody(command, folder + "/closed");
            assertEquals(1, program.awaitExit());
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

    @Test
    void lsFindsTheDaemonWhereItIsByDefault() throws IOException {
        try (Program daemon = weaveCompute()) {
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
    void lsSeesTheServicesOfTheSystem() throws Exception {
        requireTool("redis-server", "to look at its socket");
        requireTool("nginx", "to look at its socket");
        Path config =
                Files.writeString(
                        folder.resolve("nginx.conf"),
                        """
                        daemon off; pid %1$s/nginx.pid; error_log stderr;
                        events {}
                        http { access_log off; server { listen unix:%1$s/nginx.sock; } }
                        """
                                .formatted(folder));
        Path redisSocket = folder.resolve("redis.sock");
        try (Program nginx = Program.tool("nginx", "-c", config.toString()).start();
                Program redis =
                        Program.tool(
                                        "redis-server",
                                        "--port",
                                        "0",
                                        "--unixsocket",
                                        redisSocket.toString())
                                .start()) {
            nginx.awaitListener(folder.resolve("nginx.sock"));
            redis.awaitListener(redisSocket);
            List<String> lines =
                    uds(0, "ls", "--json", folder.toString()).stdout().lines().toList();
            assertEquals(2, lines.size());
            assertEquals("listening", json(lines.get(0)).get("state"));
            assertEquals(nginx.pid(), json(lines.get(0)).get("pid"));
            assertTrue(json(lines.get(0)).get("command").toString().startsWith("nginx: master"));
            assertEquals("listening", json(lines.get(1)).get("state"));
            assertEquals(redis.pid(), json(lines.get(1)).get("pid"));
        }
    }

    @Test
    void lsSeesPostgresql() throws IOException {
        requireRoot("to start PostgreSQL as its own user");
        Path programs = postgresql();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setAttribute(data, "unix:uid", 65534);
        Program made =
                Program.tool(programs.resolve("initdb").toString(), "-D", data.toString())
                        .asNobody()
                        .run();
        assertEquals(0, made.awaitExit(), made::stderr);
        try (Program server =
                Program.tool(
                                programs.resolve("postgres").toString(),
                                "-D",
                                data.toString(),
                                "-k",
                                data.toString(),
                                "-c",
                                "listen_addresses=")
                        .asNobody()
                        .start()
                        .awaitStderr("ready to accept connections")) {
            Map<String, Object> socket = json(uds(0, "ls", "--json", data.toString()).stdout());
            assertEquals("listening", socket.get("state"));
            assertEquals(server.pid(), socket.get("pid"));
            assertEquals(65534L, socket.get("uid"));
        }
    }

    private static Path postgresql() throws IOException {
        Path all = Path.of("/usr/lib/postgresql");
        try (Stream<Path> versions = Files.exists(all) ? Files.list(all) : Stream.empty()) {
            Path programs =
                    versions.map(version -> version.resolve("bin"))
                            .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                            .findFirst()
                            .orElse(null);
            if (programs == null) {
                requireTool("initdb", "to look at PostgreSQL's socket");
            }
            return programs;
        }
    }

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
                Program daemon = weaveCompute()) {
            watch.awaitStdout("listening   " + folder + "/weave/weave.sock");
            daemon.kill();
            watch.awaitStdout("stale       " + folder + "/weave/weave.sock");
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

    @Test
    void cleanRemovesWhatAKilledDaemonLeft() {
        try (Program killed = weaveCompute("--lock")) {
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
        Program clean = Program.dist("uds", "clean", folder.toString()).asNobody().run();
        assertEquals(1, clean.awaitExit());
        assertEquals("left " + stale + ": permission denied\n", clean.stderr());
    }

    @Test
    void exportWritesWhatPrometheusReads() throws IOException {
        sockets.listening("worker-pid12-port8080.sock");
        sockets.stale("stale.sock");
        Path list = folder.resolve("sockets.json");
        uds(0, "export", "--format=prometheus", "--output=" + list, folder.toString());
        assertEquals(
                """
                [
                  {"targets":["unix://%s/worker-pid12-port8080.sock"],\
                "labels":{"name":"worker","pid":"12","port":"8080",\
                "socket":"worker-pid12-port8080.sock"}}
                ]
                """
                        .formatted(folder),
                Files.readString(list));
        requireTool("promtool", "to check the list");
        Path config =
                Files.writeString(
                        folder.resolve("prometheus.yml"),
                        """
                        scrape_configs:
                          - job_name: sockets
                            file_sd_configs:
                              - files: [%s]
                            relabel_configs:
                              - source_labels: [__address__]
                                target_label: __param_target
                              - target_label: __address__
                                replacement: 127.0.0.1:9115
                        """
                                .formatted(list));
        Program check = Program.tool("promtool", "check", "config", config.toString()).run();
        assertEquals(0, check.awaitExit(), check::stderr);
    }

    @Test
    void exportKeepsItsFileFresh() throws IOException {
        Path below = Files.createDirectory(folder.resolve("below"));
        Path list = folder.resolve("sockets.json");
        try (Program export =
                Program.dist(
                                "uds",
                                "export",
                                "--format=json",
                                "--watch",
                                "--interval=200ms",
                                "--output=" + list,
                                below.toString())
                        .start()) {
            export.awaitFile(list);
            Path socket = sockets.listening("below/a.sock");
            Program.await(() -> read(list).contains("a.sock"), "a.sock in the list");
            Files.writeString(below.resolve("a.json"), "{\"version\":\"2\"}");
            Program.await(() -> read(list).contains("\"version\":\"2\""), "its metadata");
            sockets.die(socket);
            Program.await(() -> read(list).equals("[]\n"), "an empty list");
            assertEquals(0, export.terminate());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
