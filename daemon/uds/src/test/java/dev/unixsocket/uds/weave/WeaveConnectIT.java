package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** {@code weave-compute --socket-path}, with a program in Python in the place of weave. */
class WeaveConnectIT {

    private static final String FILE_STAYS = "socket file there";

    @TempDir Path directory;

    private Path socket;
    private Path script;

    @BeforeEach
    void findPython() throws IOException {
        RequiredTools.requireTool("python3", "to play the part of weave");
        socket = directory.resolve("s");
        script = directory.resolve("weave_side.py");
        try (InputStream source = getClass().getResourceAsStream("weave_side.py")) {
            Files.copy(source, script);
        }
    }

    private Program.Builder weave(String scenario) {
        return weave(scenario, Program.dist());
    }

    private Program.Builder weave(String scenario, Path dist) {
        return Program.tool(
                        "python3",
                        script.toString(),
                        socket.toString(),
                        scenario,
                        dist.resolve("bin/weave-compute").toString())
                .environment("WEAVE_LOG_LEVEL", "warn");
    }

    private static void assertPlays(Program weave, String... lines) {
        assertEquals(0, weave.awaitExit(), weave::stderr);
        assertEquals(List.of(lines), weave.stdout().lines().toList(), weave::stderr);
    }

    @Test
    void aThousandRequestsOnOneConnectionAndTheEndWithIt() {
        assertPlays(weave("many").run(), FILE_STAYS, "exit status 0");
    }

    @Test
    void aRequestThatIsRefusedIsAnsweredWithItsIdAndTheNextOneIsServed() {
        assertPlays(
                weave("refused").run(),
                "picture 1 200 12320",
                "error 2 400 5",
                "error 3 400 4",
                "error 4 400 2",
                "error 5 500 99",
                "error 6 400 1",
                "error 0 400 1",
                "error 0 500 99",
                "error 9 500 99",
                "error 10 500 99",
                "error 0 500 99",
                "error 0 500 99",
                "picture 13 200 12320",
                "picture 14 200 12320",
                "error 15 400 2",
                "picture 16 200 12320",
                FILE_STAYS,
                "exit status 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"input closed", "a byte"})
    void itEndsWithItsStandardInput(String scenario) {
        assertPlays(weave(scenario).run(), "picture 1 200 12320", FILE_STAYS, "exit status 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no input", "empty input", "half a request"})
    void itEndsAtOnceWhereNothingIsToBeServed(String scenario) {
        assertPlays(weave(scenario).run(), FILE_STAYS, "exit status 0");
    }

    @Test
    void itEndsWithItsParent() {
        try (Program weave = weave("killed").start().awaitStdout("daemon ")) {
            String last = weave.stdout().lines().toList().getLast();
            long pid = Long.parseLong(last.substring("daemon ".length()));
            ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
            assertTrue(daemon.isAlive());
            weave.kill();
            Program.await(() -> !daemon.isAlive(), "the end of the daemon");
        }
    }

    @Test
    void aSignalEndsIt() {
        assertPlays(
                weave("signal while idle").run(),
                "picture 1 200 12320",
                FILE_STAYS,
                "exit status 0");
    }

    /** A listener whose backlog is full accepts nobody: the call waits until the signal comes. */
    @Test
    void aSignalEndsItWhileItConnects() throws IOException {
        try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            full.bind(UnixDomainSocketAddress.of(socket), 1);
            List<SocketChannel> waiting = fill();
            try (Program daemon =
                    Program.dist("weave-compute", "-s", socket.toString())
                            .environment("WEAVE_LOG_LEVEL", "debug")
                            .start()) {
                Program.await(() -> CallUnderWay.isConnect(daemon.pid()), "the call");
                assertEquals(0, daemon.terminate(), daemon::stderr);
                assertTrue(Files.exists(socket));
            } finally {
                for (SocketChannel channel : waiting) {
                    channel.close();
                }
            }
        }
    }

    private List<SocketChannel> fill() throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        boolean room = true;
        while (room) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            waiting.add(channel);
            try {
                room = channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) { // EAGAIN
                room = false;
            }
        }
        return waiting;
    }

    @Test
    void aSignalDoesNotWaitForWhoeverTakesNoAnswer() {
        assertPlays(weave("signal while nobody reads").run(), FILE_STAYS, "exit status 0");
    }

    @Test
    void aSignalWaitsForThePictureThatIsBeingComputed() throws IOException {
        Path copy = copyWith("patient", "%s.signalled");
        assertPlays(
                weave("signal while computing", copy).run(),
                "picture 1 200 12320",
                FILE_STAYS,
                "exit status 0");
    }

    @Test
    void itEndsWithItsStandardInputWhileAPictureIsBeingComputed() throws IOException {
        Path copy = copyWith("endless", "%s.never");
        assertPlays(weave("input closed while computing", copy).run(), FILE_STAYS, "exit status 0");
    }

    /**
     * A distribution whose backend says that it computes, and goes on once another file is there.
     */
    private Path copyWith(String name, String until) throws IOException {
        Path copy = directory.resolve("dist");
        Files.createDirectories(copy.resolve("bin"));
        Files.createDirectories(copy.resolve("lib"));
        Files.createSymbolicLink(
                copy.resolve("runtime"), Program.dist().resolve("runtime").toAbsolutePath());
        Files.copy(
                Program.dist().resolve("bin/weave-compute"),
                copy.resolve("bin/weave-compute"),
                StandardCopyOption.COPY_ATTRIBUTES);
        String body =
                """
                java.nio.file.Files.createFile(java.nio.file.Path.of("%1$s.computing"));
                while (!java.nio.file.Files.exists(java.nio.file.Path.of("%2$s"))) {
                    java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                }
                """
                        .formatted(socket, until.formatted(socket));
        BackendJar.build(directory, copy, name, body);
        return copy;
    }

    @Test
    void itMakesTheCallsOfTheOriginal() {
        RequiredTools.requireTool("strace", "to see the system calls of the daemon");
        Path trace = directory.resolve("trace");
        Program weave =
                Program.tool(
                                "python3",
                                script.toString(),
                                socket.toString(),
                                "input closed",
                                "strace",
                                "--follow-forks",
                                "--output-separately",
                                "--output=" + trace,
                                "--trace=%network,read,write",
                                "--quiet=all",
                                Program.dist().resolve("bin/weave-compute").toString())
                        .run();
        assertEquals(0, weave.awaitExit(), weave::stderr);
        List<String> calls = callsAfterConnect(trace);
        assertEquals(
                List.of("read 16 = 16", "read 65 = 65", "write 12336 = 12336"),
                calls.subList(0, 3));
    }

    /** Of the thread that connects: what it does with that connection. */
    private List<String> callsAfterConnect(Path trace) {
        try (var files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().startsWith(trace + ".")).toList()) {
                List<String> lines = Files.readAllLines(file);
                int at = indexOf(lines, "connect(", socket.toString());
                if (at >= 0) {
                    String connect = lines.get(at);
                    assertTrue(connect.endsWith("110) = 0"), connect);
                    String made = lines.get(indexOf(lines, "socket(AF_UNIX, SOCK_STREAM, 0)", ""));
                    String fd = made.substring(made.lastIndexOf(' ') + 1);
                    return lines.subList(at + 1, lines.size()).stream()
                            .filter(line -> line.matches("\\w+\\(" + fd + ", .*"))
                            .map(
                                    line ->
                                            line.replaceAll(
                                                    "\\(.*, (\\d+)\\) += (\\d+).*", " $1 = $2"))
                            .toList();
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("no thread connected");
    }

    private static int indexOf(List<String> lines, String call, String text) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(call) && lines.get(i).contains(text)) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void whatCannotBeConnectedToIsOneSentenceAndStatus1() throws IOException {
        assertFails("--socket-path: the path is empty", "");
        assertFails("connect: No such file or directory (ENOENT): ", socket.toString());
        assertFails("can have 107 bytes", directory.resolve("x".repeat(100)).toString());
        Files.createFile(socket);
        assertFails("connect: Connection refused (ECONNREFUSED): ", socket.toString());
        assertTrue(Files.exists(socket));
    }

    private static void assertFails(String sentence, String path) {
        Program program = Program.dist("weave-compute", "-s", path).run();
        assertEquals(1, program.awaitExit());
        assertTrue(program.stderr().contains(sentence), program::stderr);
        assertEquals(1, program.stderr().lines().count(), program::stderr);
    }

    @Test
    void theOptionsOfAListenerAreRefused() {
        Program program = Program.dist("weave-compute", "-s", "x", "--workers=2").run();
        assertEquals(2, program.awaitExit());
        assertTrue(
                program.stderr().contains("--workers is for a daemon that listens"),
                program::stderr);
        assertFalse(Files.exists(socket));
    }

    @Test
    void theDemoShowsIt() {
        Program demo =
                Program.dist("uds", "demo", "--connect", "--out=" + directory.resolve("x.png"))
                        .run();
        assertEquals(0, demo.awaitExit(), demo::stderr);
        assertEquals("", demo.stderr());
        assertTrue(demo.stdout().contains("standard input closed: exit status 0"), demo::stdout);
        assertTrue(Files.exists(directory.resolve("x.png")));
    }
}
