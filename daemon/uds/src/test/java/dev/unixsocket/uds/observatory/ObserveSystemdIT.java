package dev.unixsocket.uds.observatory;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** {@code uds observe} under systemd's own tools. */
class ObserveSystemdIT {

    @TempDir Path folder;

    private final ObserveProgram observatory = new ObserveProgram(() -> folder);

    private static Program activated(String listener, String... options) {
        requireTool("systemd-socket-activate", "to pass the service a listener");
        String[] arguments = new String[options.length + 1];
        arguments[0] = "observe";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return Program.dist("uds", arguments)
                .under("systemd-socket-activate", "-l", listener)
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void itServesTheListenerThatItIsGivenAndLeavesItsFile(String engine) {
        String output = observatory.outputSocket().toString();
        try (Program observe =
                activated(
                                observatory.socket().toString(),
                                "--engine",
                                engine,
                                "--output-socket",
                                output,
                                "--tee")
                        .awaitListener(observatory.socket())) {
            observatory.awaitAnswer();
            try (Program reader = observatory.reader()) {
                observatory.curl("one", "").run();
                observe.awaitStdout("\"_event\":\"one\"");
                reader.awaitStdout("\"_event\":\"one\"");
            }
            assertEquals(0, observe.terminate());
            assertTrue(Files.exists(observatory.socket()));
            assertTrue(Files.notExists(observatory.outputSocket()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void anAbstractNameThatItIsGivenIsForTheSameUserOnly(String engine) {
        requireTool("curl", "to ask for its health");
        try (Program _ = activated("@" + folder, "--engine", engine)) {
            Program.await(() -> health().run().stdout().contains("ok"), "an answer");
            requireRoot("to be another user");
            assertEquals("", health().asNobody().run().stdout());
        }
    }

    private Program.Builder health() {
        return Program.tool(
                "curl",
                "-s",
                "--abstract-unix-socket",
                folder.toString(),
                "http://localhost/health");
    }

    @Test
    void itSaysWhenItIsReadyAndWhenItStops() {
        requireTool("socat", "to receive notifications");
        String notify = folder.resolve("notify").toString();
        try (Program receiver =
                Program.tool("socat", "-u", "-d", "-d", "UNIX-RECV:" + notify, "-").start()) {
            receiver.awaitStderr("starting data transfer");
            try (Program observe =
                    observatory.command().environment("NOTIFY_SOCKET", notify).start()) {
                receiver.awaitStdout("READY=1");
                assertEquals("{\"status\": \"ok\"}", observatory.get("/health"));
                assertEquals(0, observe.terminate());
                receiver.awaitStdout("STOPPING=1");
            }
        }
    }
}
