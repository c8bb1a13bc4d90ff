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

import java.io.IOException;
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
    void itTakesASocketForSendersAndOneForReadersByName(String engine) throws IOException {
        requireTool("python3", "to pass two listeners");
        Path script = Files.writeString(folder.resolve("manager.py"), TWO_LISTENERS);
        try (Program observe =
                Program.tool(
                                "python3",
                                script.toString(),
                                observatory.outputSocket().toString(),
                                observatory.socket().toString(),
                                Program.dist().resolve("bin/uds").toString(),
                                "observe",
                                "--engine=" + engine)
                        .start()
                        .awaitStderr("listening on " + observatory.outputSocket())) {
            try (Program reader = observatory.reader()) {
                observatory.curl("two", "").run();
                reader.awaitStdout("\"_event\":\"two\"");
            }
            assertEquals("", observe.stdout());
            assertEquals(0, observe.terminate());
        }
    }

    /** Passes a listener for readers as descriptor 3 and one for senders as descriptor 4. */
    private static final String TWO_LISTENERS =
            """
            import os, socket, sys
            held = []
            for descriptor, path in enumerate(sys.argv[1:3], 3):
                listener = socket.socket(socket.AF_UNIX)
                listener.bind(path)
                listener.listen(5)
                held.append(listener.detach() if listener.fileno() == descriptor
                            else os.dup2(listener.fileno(), descriptor))
                held.append(listener)
                os.set_inheritable(descriptor, True)
            os.environ.update(LISTEN_FDS="2", LISTEN_PID=str(os.getpid()),
                              LISTEN_FDNAMES="readers:observatory.socket")
            os.execv(sys.argv[3], sys.argv[3:])
            """;

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
