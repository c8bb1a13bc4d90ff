package dev.unixsocket.uds.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.services.wire.MessagePackCodec;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RawPeer;
import dev.unixsocket.testing.RequiredTools;
import dev.unixsocket.uds.Spoken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code uds ipc} of the distribution. */
class IpcIT {

    @TempDir Path directory;

    private Path socket() {
        return directory.resolve("lite.sock");
    }

    private Program serve(String... arguments) {
        String[] all =
                Stream.concat(
                                Stream.of("ipc", "serve", "-socket", socket().toString()),
                                Arrays.stream(arguments))
                        .toArray(String[]::new);
        return Program.dist("uds", all).start().awaitStderr("listening on");
    }

    private Program send(String... arguments) {
        String[] all =
                Stream.concat(
                                Stream.of("ipc", "send", "--socket", socket().toString()),
                                Arrays.stream(arguments))
                        .toArray(String[]::new);
        return Program.dist("uds", all).run();
    }

    private static int portOf(Program service) {
        Matcher port = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(service.stderr());
        assertTrue(port.find(), service::stderr);
        return Integer.parseInt(port.group(1));
    }

    @Test
    void sendPrintsTheAnswerAsJson() {
        try (Program service = serve();
                Program answered = send("--type", "health_check");
                Program refused = send("--type", "dance")) {
            Map<String, Object> answer = Json.object(answered.stdout());
            assertEquals("health_response", answer.get("type"));
            assertEquals("healthy", ((Map<?, ?>) answer.get("data")).get("status"));
            assertEquals("", answered.stderr());
            assertEquals(0, answered.awaitExit());
            assertEquals(3, refused.awaitExit());
            assertEquals(0, service.terminate());
            assertFalse(Files.exists(socket()));
        }
    }

    @Test
    void aDatabaseIsServedFromTheImage() {
        try (Program service = serve("--database", directory.resolve("a.db").toString());
                Program made = send("-t", "query", "-d", "{\"sql\":\"CREATE TABLE t (a)\"}");
                Program asked = send("-t", "query", "-d", "{\"sql\":\"SELECT 1 + 1 AS two\"}")) {
            assertEquals(0, made.awaitExit(), made::stdout);
            assertEquals(
                    "{columns=[two], rows=[[2]]}",
                    Json.object(asked.stdout()).get("data").toString());
            assertFalse(service.stderr().contains("WARNING"), service::stderr);
        }
    }

    @Test
    void whatCannotBeDoneIsSaidInOneLine() {
        try (Program nobody = send("--type", "health_check");
                Program badData = send("--type", "x", "--data", "nope")) {
            assertEquals(1, nobody.awaitExit());
            assertEquals(1, nobody.stderr().lines().count(), nobody::stderr);
            assertEquals(2, badData.awaitExit());
            assertTrue(badData.stderr().contains("--data: not JSON"), badData::stderr);
        }
    }

    @Test
    void aDatabaseThatCannotBeUsedIsSaidAtStart() throws IOException {
        Path noDatabase = Files.writeString(directory.resolve("a.txt"), "x".repeat(4096));
        for (Path file : List.of(directory.resolve("none/a.db"), noDatabase)) {
            try (Program service =
                    Program.dist("uds", "ipc", "serve", "--port=0", "--database=" + file).run()) {
                assertEquals(1, service.awaitExit());
                assertTrue(service.stderr().startsWith("the database " + file), service::stderr);
                assertEquals(1, service.stderr().lines().count(), service::stderr);
            }
        }
    }

    @Test
    void aSecondServiceSaysWhoRunsAndLeavesItAlone() {
        try (Program first = serve();
                Program second =
                        Program.dist("uds", "ipc", "serve", "--socket", socket().toString()).run();
                Program answered = send("--type", "health_check")) {
            assertEquals(1, second.awaitExit());
            assertTrue(second.stderr().contains("pid " + first.pid()), second::stderr);
            assertEquals(0, answered.awaitExit());
        }
    }

    @Test
    void withLogLevelDebugThereAreNoTimeLimits() throws IOException {
        byte[] frame =
                MessagePackCodec.encodeFrame(
                        Map.of("id", "1", "type", "health_check", "timestamp", Instant.now()));
        byte[] half = Arrays.copyOf(frame, 10);
        byte[] rest = Arrays.copyOfRange(frame, 10, frame.length);
        try (Program limited =
                        Program.dist("uds", "ipc", "serve", "-port", "0", "--read-timeout", "300ms")
                                .start()
                                .awaitStderr("anyone on this machine can connect");
                Program unlimited = serve("--read-timeout", "300ms", "-log-level", "debug");
                RawPeer patient = new RawPeer(Address.path(socket()));
                RawPeer givenUp = new RawPeer(Address.loopback(portOf(limited)))) {
            patient.send(half);
            givenUp.send(half);
            assertEquals(Optional.empty(), givenUp.receive());
            assertEquals("healthy", patient.send(rest).receiveData("status"));
            assertTrue(unlimited.isAlive());
        }
    }

    @Test
    void aProcessOfAnotherUserIsTurnedAway() throws IOException {
        RequiredTools.requireRoot("to connect as another user");
        RequiredTools.requireTool("socat", "to connect as another user");
        Path shared =
                Files.createDirectory(Path.of("/tmp", "ipc-it-" + ProcessHandle.current().pid()));
        Path file = shared.resolve("lite.sock");
        try (Program service =
                        Program.dist(
                                        "uds",
                                        "ipc",
                                        "serve",
                                        "--mode",
                                        "0666",
                                        "--socket",
                                        file.toString())
                                .start()
                                .awaitStderr("listening on");
                Program other =
                        Program.tool("socat", "-u", "UNIX-CONNECT:" + file, "STDOUT")
                                .asNobody()
                                .run()) {
            assertEquals("", other.stdout());
            assertEquals(0, service.terminate());
        } finally {
            Files.deleteIfExists(shared.resolve("lite.sock.lock"));
            Files.deleteIfExists(shared);
        }
    }

    @Test
    void onATerminalLinesAreMessagesAndTabCompletesTypes() {
        RequiredTools.requireTool("script", "to have a terminal");
        Path state = directory.resolve("state");
        try (Program service = serve();
                Program prompt =
                        Program.tool(
                                        "script",
                                        "-qec",
                                        Program.dist().resolve("bin/uds")
                                                + " ipc --socket "
                                                + socket(),
                                        "/dev/null")
                                .environment("XDG_STATE_HOME", state.toString())
                                .environment("TERM", "xterm")
                                .start()) {
            prompt.awaitStdout("ipc>");
            prompt.input("hea\t\r".getBytes(StandardCharsets.UTF_8));
            prompt.awaitStdout("\"status\":\"healthy\"");
            prompt.input("health_check nope\r".getBytes(StandardCharsets.UTF_8));
            prompt.awaitStdout("not JSON");
            prompt.input("exit\r".getBytes(StandardCharsets.UTF_8));
            assertEquals(0, prompt.awaitExit(), prompt::stdout);
            assertTrue(Files.exists(state.resolve("uds/ipc_history")));
            assertTrue(service.isAlive());
        }
    }

    @Test
    void withoutATerminalAMissingCommandIsAWrongCommandLine() {
        try (Program program = Program.dist("uds", "ipc").run()) {
            assertEquals(2, program.awaitExit());
            assertTrue(program.stderr().contains("Missing command"), program::stderr);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--lock",
                "--no-lock",
                "--metadata",
                "--tag=x",
                "--abstract=x",
                "--mode=0600",
                "--group=0",
                "--allow-user=0",
                "--allow-anyone"
            })
    void whatNeedsASocketFileIsRefusedOverTcp(String option) {
        Spoken service = Spoken.uds("ipc", "serve", "--port", "0", option);
        assertEquals(2, service.status());
        String name = option.replaceFirst("=.*", "");
        assertTrue(service.stderr().contains(name + " needs a "), service::stderr);
        assertTrue(service.stderr().contains("not over TCP"), service::stderr);
    }

    @Test
    void aPidFileIsWrittenOverTcpToo() throws IOException {
        Path file = directory.resolve("ipc.pid");
        try (Program service =
                Program.dist("uds", "ipc", "serve", "--port", "0", "--pid-file", file.toString())
                        .start()
                        .awaitStderr("listening on")) {
            assertEquals(service.pid() + "\n", Files.readString(file));
            assertEquals(0, service.terminate());
            assertFalse(Files.exists(file));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve --socket a --port 0 | give --socket or --port, one of them",
                "serve --socket a --abstract b | --socket and --abstract are two sockets",
                "serve --abstract b --lock | --lock needs a socket file: not with --abstract",
                "serve --abstract b --mode 0600 | --mode needs a socket file: not with --abstract",
                "serve --socket a --tag b | --tag is for the metadata: only with --metadata",
                "serve --port 70000 | --port: a port is 0 to 65535, not 70000",
                "--socket a serve | --socket belongs after \"serve\"",
                "--port 1 send --type x | --port belongs after \"send\"",
                "send --type x --port 0 | --port: 0 is no port that a service can be at",
                "send --type x --mode 0600 | Unknown options: '--mode', '0600'"
            })
    void whatDoesNotGoTogetherIsAWrongCommandLine(String arguments, String reason) {
        Spoken program = Spoken.uds(("ipc " + arguments).split(" "));
        assertEquals(2, program.status());
        assertTrue(program.stderr().contains(reason), program::stderr);
    }

    @Test
    void theDefaultSocketIsInTheDirectoryForTemporaryFilesWhichIsMade() throws IOException {
        Path temporary = directory.resolve("not/there");
        Path socket = temporary.resolve("litebase.sock");
        try (Program service =
                        Program.dist("uds", "ipc", "serve")
                                .environment("TMPDIR", temporary.toString())
                                .start()
                                .awaitListener(socket);
                Program asked =
                        Program.dist("uds", "ipc", "send", "--type=health_check")
                                .environment("TMPDIR", temporary.toString())
                                .run()) {
            assertEquals(0, asked.awaitExit(), asked::stderr);
            for (Path made : List.of(temporary, temporary.getParent())) {
                assertEquals(
                        "rwx------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
            }
            assertEquals(0, service.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/full", "/dev/null", "/", "fifo"})
    void whatIsNoFileIsNoDatabase(String name) {
        Path database = directory.resolve(name);
        if (name.equals("fifo")) {
            Program.tool("mkfifo", database.toString()).run();
        }
        Program service =
                Program.dist("uds", "ipc", "serve", "-socket=" + socket(), "--database=" + database)
                        .run();
        assertEquals(1, service.awaitExit());
        assertTrue(
                service.stderr().startsWith("the database " + database + ": it is a "),
                service::stderr);
        assertFalse(Files.exists(socket()));
    }

    @Test
    void aServiceThatStopsDoesNotWaitForAStatementWithoutAnEnd() {
        String endless =
                "{\"sql\": \"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                        + " SELECT count(*) FROM n\"}";
        try (Program service = serve("--database", directory.resolve("db").toString());
                Program asking =
                        Program.dist(
                                        "uds",
                                        "ipc",
                                        "send",
                                        "--socket=" + socket(),
                                        "--type=query",
                                        "--data=" + endless)
                                .start()) {
            long before = cpuMillis(service);
            Program.await(() -> cpuMillis(service) > before + 1000, "a statement under way");
            assertEquals(0, service.terminate());
            assertFalse(Files.exists(socket()));
            assertEquals(3, asking.awaitExit(), asking::stderr);
            assertTrue(asking.stdout().contains("the service stops"), asking::stdout);
        }
    }

    private static long cpuMillis(Program program) {
        return ProcessHandle.of(program.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toMillis)
                .orElse(0L);
    }
}
