package dev.unixsocket.uds.weave;

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

/** The daemon under systemd's own tools. */
class WeaveSystemdIT {

    @TempDir Path folder;

    private Path socket() {
        return folder.resolve("activated.sock");
    }

    private Program.Builder activated(String... options) {
        requireTool("systemd-socket-activate", "to pass the daemon a listener");
        return Program.dist("weave-compute", options)
                .under("systemd-socket-activate", "-l", socket().toString())
                .environment("XDG_RUNTIME_DIR", folder.toString());
    }

    private byte[] exchange() throws IOException {
        return new RunningDaemon(null, socket()).exchange(new RawRequest().bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--workers=1", "--workers=3"})
    void itServesTheListenerThatItIsGivenAndLeavesItsFile(String workers) throws IOException {
        try (Program program = activated(workers).start().awaitListener(socket())) {
            assertEquals(48 + 64 * 64 * 3, exchange().length);
            assertEquals(48 + 64 * 64 * 3, exchange().length);
            assertEquals(0, program.terminate());
            assertTrue(Files.exists(socket()));
        }
    }

    @Test
    void anOptionThatChangesNothingAboutTheListenerIsSaid() {
        try (Program program =
                activated("--lock", "--mode=0660", "--group=0").start().awaitListener(socket())) {
            program.awaitStderr(
                    "the service manager passed the socket %s, which stays as it is:"
                                    .formatted(socket())
                            + " --mode, --group");
        }
    }

    @Test
    void aModeThatKeepsOutWhomAnOptionLetsInIsSaid() {
        try (Program program = activated("--allow-user=65534").start().awaitListener(socket())) {
            program.awaitStderr("WARN server: other users cannot connect: ");
        }
    }

    @Test
    void aConnectionThatItDoesNotTakeWaitsForTheNextDaemon() throws IOException {
        requireTool("python3", "to hold a listener");
        Path script = Files.writeString(folder.resolve("manager.py"), MANAGER);
        try (Program manager =
                Program.tool(
                                "python3",
                                script.toString(),
                                socket().toString(),
                                Program.dist().resolve("bin/weave-compute").toString())
                        .environment("XDG_RUNTIME_DIR", folder.toString())
                        .start()
                        .awaitStderr("listening on")) {
            assertEquals(48 + 64 * 64 * 3, exchange().length);
            manager.input(new byte[] {'\n'}); // stops the daemon, and keeps the listener
            manager.awaitStdout("stopped");
            try (var waiting = RunningDaemon.connect(socket())) {
                RunningDaemon.send(waiting, new RawRequest().bytes());
                manager.input(new byte[] {'\n'}); // starts another
                assertEquals(48 + 64 * 64 * 3, RunningDaemon.readAll(waiting).length);
            }
        }
    }

    /** Does as systemd does: one listener, one service after another on it. */
    private static final String MANAGER =
            """
            import os, signal, socket, sys
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(sys.argv[1])
            listener.listen(5)
            def start():
                pid = os.fork()
                if pid == 0:
                    os.dup2(listener.fileno(), 3)
                    os.set_inheritable(3, True)
                    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
                    os.execv(sys.argv[2], sys.argv[2:])
                return pid
            pid = start()
            sys.stdin.readline()
            os.kill(pid, signal.SIGTERM)
            print("stopped", os.waitpid(pid, 0)[1], flush=True)
            sys.stdin.readline()
            pid = start()
            os.waitpid(pid, 0)
            """;

    @Test
    void aDatagramSocketIsRefused() {
        requireTool("socat", "to send a datagram");
        Program.Builder daemon =
                Program.dist("weave-compute")
                        .under("systemd-socket-activate", "--datagram", "-l", socket().toString());
        Program.Builder sender =
                Program.tool(
                        "socat", "-u", "OPEN:/dev/zero,readbytes=1", "UNIX-SENDTO:" + socket());
        try (Program program = daemon.start()) {
            Program.await(() -> sender.run().awaitExit() == 0, "somebody who takes the datagram");
            program.awaitStderr("descriptor 3 is not a stream socket");
        }
    }

    @Test
    void aDescriptorThatIsNoSocketIsNamedInTheOperatorsWords() {
        Program program =
                Program.dist("weave-compute")
                        .under("sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"", "sh")
                        .environment("XDG_RUNTIME_DIR", folder.toString())
                        .run();
        assertEquals(1, program.awaitExit());
        assertEquals(
                "LISTEN_FDS is 1, but descriptor 3 is not a socket%n".formatted(),
                program.stderr());
    }

    @Test
    void anotherProcessesListenerIsNotTaken() throws IOException {
        try (Program daemon =
                Program.dist("weave-compute")
                        .environment("XDG_RUNTIME_DIR", folder.toString())
                        .environment("LISTEN_FDS", "1")
                        .environment("LISTEN_PID", "1")
                        .start()
                        .awaitStderr("listening on " + RunningDaemon.socketIn(folder))) {
            assertEquals(0, daemon.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@"})
    void itSaysWhenItIsReadyAndWhenItStops(String kind) throws IOException {
        requireTool("socat", "to receive notifications");
        String name = kind.isEmpty() ? folder.resolve("notify").toString() : folder.toString();
        String address = (kind.isEmpty() ? "UNIX-RECV:" : "ABSTRACT-RECV:") + name;
        try (Program receiver = Program.tool("socat", "-u", "-d", "-d", address, "-").start()) {
            receiver.awaitStderr("starting data transfer");
            try (Program daemon =
                    Program.dist("weave-compute")
                            .environment("XDG_RUNTIME_DIR", folder.toString())
                            .environment("NOTIFY_SOCKET", kind + name)
                            .start()) {
                receiver.awaitStdout("READY=1");
                assertTrue(Files.exists(RunningDaemon.socketIn(folder)));
                assertEquals(0, daemon.terminate());
                receiver.awaitStdout("STOPPING=1");
            }
        }
    }

    @Test
    void aManagerThatDoesNotListenIsNoReasonNotToServe() {
        try (Program daemon =
                Program.dist("weave-compute")
                        .environment("XDG_RUNTIME_DIR", folder.toString())
                        .environment("NOTIFY_SOCKET", folder + "/nobody")
                        .start()
                        .awaitStderr("NOTIFY_SOCKET: connect: No such file")) {
            assertEquals(0, daemon.terminate());
        }
    }
}
