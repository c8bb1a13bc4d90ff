package dev.unixsocket.uds.observatory;

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

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** {@code uds observe} of the distribution, with the tools that people use. */
class ObserveIT {

    @TempDir Path folder;

    private final ObserveProgram observatory = new ObserveProgram(() -> folder);

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void twoUsersAreTwoUserIdsOnAReadersLine(String engine) throws Exception {
        requireTool("curl", "to send events");
        requireTool("setpriv", "to send an event as another user");
        requireRoot("to send an event as another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Program observe =
                        observatory.start(
                                "--engine",
                                engine,
                                "--mode",
                                "0666",
                                "--output-socket",
                                observatory.outputSocket().toString());
                Program reader = observatory.reader()) {
            observatory.curl("a", "{\"n\":1}").run();
            reader.awaitStdout("\"_event\":\"a\"");
            observatory.curl("b", "{\"_peer_uid\":0}").asNobody().run();
            reader.awaitStdout("\"_event\":\"b\"");
            List<String> lines = ObserveProgram.events(reader);
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
    void curlSendsALargeBodyAfterItWasToldToContinue(String engine) throws Exception {
        requireTool("curl", "to send events");
        Path body = folder.resolve("body");
        Files.writeString(body, "y".repeat(5_000_000));
        try (Program observe = observatory.start("--engine", engine)) {
            for (String option : List.of("Expect: 100-continue", "Transfer-Encoding: chunked")) {
                Program curl =
                        Program.tool(
                                        "curl",
                                        "-sv",
                                        "--unix-socket",
                                        observatory.socket().toString(),
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
    void teeWritesToBoth() {
        requireTool("curl", "to send events");
        try (Program observe =
                        observatory.start(
                                "--output-socket", observatory.outputSocket().toString(), "--tee");
                Program reader = observatory.reader()) {
            observatory.curl("both", "{}").run();
            reader.awaitStdout("\"_event\":\"both\"");
            observe.awaitStdout("\"_event\":\"both\"");
            assertEquals(ObserveProgram.events(observe), ObserveProgram.events(reader));
        }
    }

    @Test
    void teeWithoutAnOutputSocketIsRefused() {
        Program observe = observatory.command("--tee").run();
        assertEquals(1, observe.awaitExit());
        assertTrue(observe.stderr().contains("--tee needs --output-socket"), observe.stderr());
    }

    @Test
    void prettyFormatsArePlainInAPipe() {
        requireTool("curl", "to send events");
        try (Program yaml = observatory.start("--pretty-yaml")) {
            observatory.curl("y", "{\"text\":\"a\\nb\\n\"}").run();
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
                                "%s observe --pretty-json --socket %s"
                                        .formatted(ObserveProgram.uds(), observatory.socket()),
                                "/dev/null")
                        .start()
                        .awaitFile(observatory.socket())) {
            observatory.awaitAnswer().curl("c", "{\"n\":1}").run();
            json.awaitStdout(Ansi.NAME + "\"n\"" + Ansi.RESET + ": " + Ansi.NUMBER + "1");
        }
    }
}
