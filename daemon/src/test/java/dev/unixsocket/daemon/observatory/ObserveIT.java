package dev.unixsocket.daemon.observatory;

import static dev.unixsocket.daemon.RequiredTools.requireRoot;
import static dev.unixsocket.daemon.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.daemon.Program;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** {@code uds observe} of the distribution, with the tools that people use. */
class ObserveIT {

    private static final String VARIABLE = "CLAUDE_UNIX_HOOK_WATCHER";

    @TempDir Path folder;

    private Path socket;
    private Path outputSocket;

    @BeforeEach
    void name() {
        socket = folder.resolve("in.sock");
        outputSocket = folder.resolve("out.sock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void twoUsersAreTwoUserIdsOnAReadersLine(String engine) throws Exception {
        requireTool("curl", "to send events");
        requireTool("setpriv", "to send an event as another user");
        requireRoot("to send an event as another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Program observe =
                        observe(
                                "--engine",
                                engine,
                                "--mode",
                                "0666",
                                "--output-socket",
                                outputSocket.toString());
                Program reader = reader()) {
            curl("a", "{\"n\":1}").run();
            reader.awaitStdout("\"_event\":\"a\"");
            curl("b", "{\"_peer_uid\":0}").asNobody().run();
            reader.awaitStdout("\"_event\":\"b\"");
            List<String> lines = events(reader);
            assertTrue(lines.get(0).contains("\"_peer_uid\":0,\"_peer_gid\":0,\"n\":1}"));
            assertTrue(
                    lines.get(1)
                            .endsWith(
                                    "\"_peer_uid\":65534,\"_peer_gid\":65534,"
                                            + "\"_payload\":{\"_peer_uid\":0}}"),
                    lines.get(1));
            assertEquals("", observe.stdout());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void sigtermRemovesBothSocketsAndEndsWithZero(String engine) {
        Program observe = observe("--engine", engine, "--output-socket", outputSocket.toString());
        assertEquals(0, observe.terminate());
        assertTrue(Files.notExists(socket) && Files.notExists(outputSocket));
    }

    @Test
    void sigintDoesToo() {
        Program observe = observe();
        observe.signal("INT");
        assertEquals(0, observe.awaitExit());
        assertTrue(Files.notExists(socket));
    }

    @Test
    void aStuckStandardOutputDoesNotKeepItFromStopping() {
        requireTool("curl", "to send events");
        requireTool("sleep", "to read nothing");
        Path fifo = folder.resolve("fifo");
        Program.tool("mkfifo", fifo.toString()).run();
        try (Program sleeper =
                        Program.tool("sh", "-c", "exec sleep 60 <\"$0\"", fifo.toString()).start();
                Program observe =
                        Program.tool(
                                        "sh",
                                        "-c",
                                        "exec \"$0\" observe --socket \"$1\" >\"$2\"",
                                        uds(),
                                        socket.toString(),
                                        fifo.toString())
                                .start()
                                .awaitFile(socket);
                Program sender = whenAnswering(curl("large", "x".repeat(100_000))).start()) {
            // The pipe holds 64 KiB: the write waits, and the sender with it.
            Program.await(() -> isWriting(observe.pid()), "a write that waits");
            assertTrue(sender.isAlive() && sleeper.isAlive());
            assertEquals(0, observe.terminate());
            assertTrue(Files.notExists(socket));
        }
    }

    private static boolean isWriting(long pid) {
        try (var threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.anyMatch(
                    thread -> {
                        try {
                            return Files.readString(thread.resolve("wchan")).contains("pipe_write")
                                    || Files.readString(thread.resolve("syscall"))
                                            .startsWith("1 0x1 ");
                        } catch (java.io.IOException gone) {
                            return false;
                        }
                    });
        } catch (java.io.IOException e) {
            return false;
        }
    }

    @Test
    void whenStandardOutputIsClosedItEndsQuietly() {
        requireTool("curl", "to send events");
        try (Program pipeline =
                Program.tool(
                                "sh",
                                "-c",
                                "\"$0\" observe --log-level warn --socket \"$1\" | head -1",
                                uds(),
                                socket.toString())
                        .start()
                        .awaitFile(socket)) {
            whenAnswering(curl("one", "{}")).run();
            pipeline.awaitStdout("\"_event\":\"one\"");
            // head goes away when it wants to; the first event after that ends the service.
            Program.await(
                    () -> {
                        curl("two", "{}").run();
                        return !pipeline.isAlive();
                    },
                    "the end of the service");
            pipeline.awaitExit();
            assertEquals("", pipeline.stderr());
            assertTrue(Files.notExists(socket));
        }
    }

    @Test
    void whenStandardOutputIsClosedItGoesOnWithTheOutputSocket() {
        requireTool("curl", "to send events");
        try (Program pipeline =
                Program.tool(
                                "sh",
                                "-c",
                                "\"$0\" observe --socket \"$1\" --output-socket \"$2\""
                                        + " --tee | head -1; cat >/dev/null",
                                uds(),
                                socket.toString(),
                                outputSocket.toString())
                        .start()
                        .awaitFile(outputSocket)) {
            awaitAnswer(); // a socket file that is there may not listen yet
            try (Program reader = reader()) {
                for (int i = 0; i < 20; i++) {
                    curl("e" + i, "{}").run();
                }
                reader.awaitStdout("\"_event\":\"e19\"");
                assertEquals(20, events(reader).size());
                assertEquals(1, pipeline.stdout().lines().count());
            }
        }
    }

    @Test
    void teeWritesToBoth() {
        requireTool("curl", "to send events");
        try (Program observe = observe("--output-socket", outputSocket.toString(), "--tee");
                Program reader = reader()) {
            curl("both", "{}").run();
            reader.awaitStdout("\"_event\":\"both\"");
            observe.awaitStdout("\"_event\":\"both\"");
            assertEquals(events(observe), events(reader));
        }
    }

    @Test
    void teeWithoutAnOutputSocketIsRefused() {
        Program observe = start("--tee").run();
        assertEquals(1, observe.awaitExit());
        assertTrue(observe.stderr().contains("--tee needs --output-socket"), observe.stderr());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0888", "rw", "-1", "07777", ""})
    void aBadModeIsAWrongCommandLine(String mode) {
        Program observe = start("--mode=" + mode).run();
        assertEquals(2, observe.awaitExit());
        assertTrue(observe.stderr().contains("--mode"), observe.stderr());
        assertEquals(2, start("--output-mode=" + mode).run().awaitExit());
    }

    @Test
    void theSocketIsTheOptionsElseTheVariables() {
        Path other = folder.resolve("other.sock");
        try (Program byOption =
                        start().environment(VARIABLE, other.toString()).start().awaitFile(socket);
                Program byVariable =
                        Program.dist("uds", "observe")
                                .environment(VARIABLE, other.toString())
                                .start()
                                .awaitFile(other)) {
            assertTrue(byOption.isAlive() && byVariable.isAlive());
        }
    }

    @Test
    void aSecondOneLeavesTheFirstOnesSocketsAlone() {
        requireTool("curl", "to see that the first still answers");
        try (Program first = observe("--output-socket", outputSocket.toString())) {
            Program second = start().run();
            assertEquals(1, second.awaitExit());
            assertTrue(second.stderr().contains(Long.toString(first.pid())), second.stderr());
            Program other =
                    Program.dist(
                                    "uds",
                                    "observe",
                                    "--socket",
                                    folder.resolve("other.sock").toString(),
                                    "--output-socket",
                                    outputSocket.toString())
                            .run();
            assertEquals(1, other.awaitExit());
            assertFalse(Files.exists(folder.resolve("other.sock")));
            assertEquals("{\"status\": \"ok\"}", get("/health"));
            assertTrue(Files.exists(socket) && Files.exists(outputSocket));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void curlSendsALargeBodyAfterItWasToldToContinue(String engine) throws Exception {
        requireTool("curl", "to send events");
        Path body = folder.resolve("body");
        Files.writeString(body, "y".repeat(5_000_000));
        try (Program observe = observe("--engine", engine)) {
            for (String option : List.of("Expect: 100-continue", "Transfer-Encoding: chunked")) {
                Program curl =
                        Program.tool(
                                        "curl",
                                        "-sv",
                                        "--unix-socket",
                                        socket.toString(),
                                        "-H",
                                        option,
                                        "--data-binary",
                                        "@" + body,
                                        "http://localhost/hook?event=large")
                                .run();
                assertTrue(curl.stderr().contains("HTTP/1.1 200 OK"), curl.stderr());
            }
            Program.await(() -> observe.stdoutBytes().length > 10_000_000, "both events");
            assertEquals(2, observe.stdout().lines().count());
        }
    }

    @Test
    void prettyFormatsArePlainInAPipe() {
        requireTool("curl", "to send events");
        try (Program yaml = observe("--pretty-yaml")) {
            curl("y", "{\"text\":\"a\\nb\\n\"}").run();
            yaml.awaitStdout("text: |\n  a\n  b\n");
            assertTrue(yaml.stdout().startsWith("---\n_ts: "));
            assertFalse(yaml.stdout().contains("\u001b"));
        }
    }

    @Test
    void prettyFormatsAreColouredOnATerminal() {
        requireTool("curl", "to send events");
        requireTool("script", "to have a terminal");
        try (Program json =
                Program.tool(
                                "script",
                                "-qec",
                                "%s observe --pretty-json --socket %s".formatted(uds(), socket),
                                "/dev/null")
                        .start()
                        .awaitFile(socket)) {
            whenAnswering(curl("c", "{\"n\":1}")).run();
            json.awaitStdout(Ansi.NAME + "\"n\"" + Ansi.RESET + ": " + Ansi.NUMBER + "1");
        }
    }

    private Program observe(String... options) {
        Program observe = start(options).start().awaitFile(socket);
        if (List.of(options).contains("--output-socket")) {
            observe.awaitFile(outputSocket);
        }
        awaitAnswer();
        return observe;
    }

    /** A socket file is there a moment before somebody listens. */
    private Program.Builder whenAnswering(Program.Builder builder) {
        awaitAnswer();
        return builder;
    }

    private void awaitAnswer() {
        Program.await(() -> get("/health").equals("{\"status\": \"ok\"}"), "an answer");
    }

    private Program.Builder start(String... options) {
        List<String> arguments = new ArrayList<>(List.of("observe", "--socket", socket.toString()));
        arguments.addAll(List.of(options));
        return Program.dist("uds", arguments.toArray(String[]::new));
    }

    private String get(String path) {
        return Program.tool(
                        "curl", "-s", "--unix-socket", socket.toString(), "http://localhost" + path)
                .run()
                .stdout();
    }

    private Program.Builder curl(String event, String payload) {
        return Program.tool(
                "curl",
                "-s",
                "--unix-socket",
                socket.toString(),
                "-d",
                payload,
                "http://localhost/hook?event=" + event);
    }

    /** A reader that is known to the service when this returns. */
    private Program reader() {
        requireTool("nc", "to read the output socket");
        Program reader = Program.tool("nc", "-U", outputSocket.toString()).start();
        Program.await(
                () -> {
                    curl("probe", "").run();
                    return !reader.stdout().isEmpty();
                },
                "a line at the reader");
        return reader;
    }

    /** The lines that came out, but for those of {@link #reader}'s own. */
    private static List<String> events(Program program) {
        return program.stdout().lines().filter(line -> !line.contains("\"probe\"")).toList();
    }

    private static String uds() {
        return Program.dist().resolve("bin/uds").toString();
    }
}
