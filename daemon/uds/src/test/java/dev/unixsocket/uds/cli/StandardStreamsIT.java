package dev.unixsocket.uds.cli;

import static dev.unixsocket.testing.Program.PATIENCE;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Standard streams that are slow, stuck, full, closed or do not wait: for every command alike. */
class StandardStreamsIT {

    /**
     * Runs a command with O_NONBLOCK on its standard input or output, and copies what it prints.
     */
    private static final String NONBLOCKING =
            """
            import fcntl, os, subprocess, sys, time
            def pipe(end):
                ends = os.pipe()
                fcntl.fcntl(ends[end], fcntl.F_SETFL, os.O_NONBLOCK)
                return ends
            if sys.argv[1] == "input":
                read, write = pipe(0)
                child = subprocess.Popen(sys.argv[2:], stdin=read)
                os.close(read)
                time.sleep(1)
                for n in range(3):
                    os.write(write, b'{"n": %d}\\n' % n)
                    time.sleep(0.2)
                os.close(write)
                sys.exit(child.wait(100))
            read, write = pipe(1)
            child = subprocess.Popen(sys.argv[2:], stdout=write)
            os.close(write)
            lines = 0
            while piece := os.read(read, 4096):
                lines += piece.count(b"\\n")
                time.sleep(0.0005)
            print(lines, child.wait(100))
            """;

    @TempDir Path directory;

    private static String bin(String name) {
        return Program.dist().resolve("bin").resolve(name).toString();
    }

    private Program.Builder events(String... arguments) {
        List<String> all = new ArrayList<>(List.of("events"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--dir", directory.toString()));
        return Program.dist("uds", all.toArray(String[]::new));
    }

    private Program.Builder nonblocking(String stream, String... command) throws IOException {
        RequiredTools.requireTool("python3", "to set O_NONBLOCK on a pipe");
        Path script = Files.writeString(directory.resolve("nonblocking.py"), NONBLOCKING);
        List<String> all = new ArrayList<>(List.of(script.toString(), stream));
        all.addAll(List.of(command));
        return Program.tool("python3", all.toArray(String[]::new));
    }

    private static byte[] lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> "{\"n\": " + n + "}\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    private void awaitSocket() {
        Program.await(() -> Files.exists(directory.resolve("it.sock")), "the socket");
    }

    @Test
    void noLineIsLostOnANonblockingOutput() throws IOException {
        int count = 20_000;
        try (Program server = events("serve", "it").start();
                Program listener =
                        nonblocking(
                                        "output",
                                        bin("uds"),
                                        "events",
                                        "listen",
                                        "it",
                                        "--once",
                                        "--dir",
                                        directory.toString())
                                .start()) {
            server.input(lines(count));
            server.closeInput();
            assertEquals(0, listener.awaitExit(), listener::stderr);
            assertEquals(count + " 0\n", listener.stdout());
        }
    }

    @Test
    void aNonblockingInputIsWaitedFor() throws IOException {
        try (Program listener = events("listen", "it", "--count=3", "--data-only").start();
                Program server =
                        nonblocking(
                                        "input",
                                        bin("uds"),
                                        "events",
                                        "serve",
                                        "it",
                                        "--dir",
                                        directory.toString())
                                .start()) {
            assertEquals(0, listener.awaitExit(), server::stderr);
            assertEquals("{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n", listener.stdout());
            assertEquals(0, server.awaitExit(), server::stderr);
        }
    }

    @Test
    void aFullDeviceIsSaidByWhatPrintsOneLine() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full here");
        try (Program server = events("serve", "it").start()) {
            awaitSocket();
            server.input(lines(1));
            Program listener =
                    Program.tool(
                                    "sh",
                                    "-c",
                                    "\"$0\" events listen it --count 1 --dir \"$1\" >/dev/full",
                                    bin("uds"),
                                    directory.toString())
                            .run();
            assertEquals(1, listener.awaitExit());
            assertEquals(
                    "standard output cannot be written: No space left on device (ENOSPC)\n",
                    listener.stderr());
        }
    }

    /** Clients do not pay for it, and its end says it. */
    @Test
    void aFullDeviceHoldsUpNoneOfAServersClients() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full here");
        String line = "exec \"$0\" events serve it --dir \"$1\" >/dev/full";
        try (Program server =
                        Program.tool("sh", "-c", line, bin("uds"), directory.toString()).start();
                Program listener = events("listen", "it", "--count=2", "--data-only").start()) {
            awaitSocket();
            server.input(lines(1));
            listener.awaitStdout("{\"n\":0}\n");
            Program sender = events("send", "it", "{\"b\":1}").run();
            assertEquals(0, sender.awaitExit(), sender::stderr);
            assertEquals(0, listener.awaitExit(), listener::stderr);
            assertEquals("{\"n\":0}\n{\"b\":1}\n", listener.stdout());
            server.awaitStderr("No space left on device");
            assertEquals(1, server.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch %s", "events listen it --dir %s"})
    void aReaderThatHasGoneIsNoticedWhileNothingIsPrinted(String command) throws Exception {
        List<String> words = new ArrayList<>(List.of(bin("uds")));
        words.addAll(List.of(command.formatted(directory).split(" ")));
        Process process = new ProcessBuilder(words).start();
        try {
            process.getInputStream().close();
            assertTrue(process.waitFor(PATIENCE));
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void anOutputThatNobodyReadsHoldsUpNeitherTheOthersNorTheStop() throws Exception {
        String text = "x".repeat(500_000);
        int count = 30; // 15 MB: more than wait for the reader
        Process server =
                new ProcessBuilder(bin("uds"), "events", "serve", "it", "--dir", directory + "")
                        .start();
        try (OutputStream input = server.getOutputStream();
                Program listener =
                        events("listen", "it", "--count=" + count, "--data-only").start()) {
            awaitSocket();
            Program sender = events("send", "it").start();
            for (int i = 0; i < count; i++) {
                sender.input(("{\"a\": \"" + text + "\"}\n").getBytes(StandardCharsets.UTF_8));
            }
            sender.closeInput();
            assertEquals(0, sender.awaitExit(), sender::stderr);
            assertEquals(0, listener.awaitExit());
            server.toHandle().destroy(); // which leaves its streams open
            assertTrue(server.waitFor(PATIENCE));
            assertEquals(0, server.exitValue());
            String log = new String(server.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(log.contains("messages of clients were not printed"), log);
            input.flush();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void aLogThatNobodyReadsHoldsUpNothing() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(bin("weave-compute"), "--log-level=debug");
        builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
        Process daemon = builder.start();
        try {
            Path socket = directory.resolve("weave/weave.sock");
            Program.await(() -> answersWrongMagic(socket), "an answer");
            for (int i = 0; i < 2000; i++) {
                assertTrue(answersWrongMagic(socket));
            }
            daemon.toHandle().destroy(); // which leaves its log unread
            assertTrue(daemon.waitFor(PATIENCE));
            assertEquals(0, daemon.exitValue());
            assertFalse(Files.exists(socket));
        } finally {
            daemon.destroyForcibly();
        }
    }

    private static boolean answersWrongMagic(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.allocate(16));
            return channel.read(ByteBuffer.allocate(100)) > 16;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void streamsThatAreClosedAreNoFilesOfTheProgram() throws Exception {
        Program daemon =
                Program.tool("sh", "-c", "exec \"$0\" --lock <&- >&- 2>&-", bin("weave-compute"))
                        .environment("XDG_RUNTIME_DIR", directory.toString())
                        .start();
        try (daemon) {
            daemon.awaitListener(directory.resolve("weave/weave.sock"));
            Path fds = Path.of("/proc", Long.toString(daemon.pid()), "fd");
            for (int fd = 0; fd <= 2; fd++) {
                assertEquals(
                        Path.of("/dev/null"),
                        Files.readSymbolicLink(fds.resolve(Integer.toString(fd))));
            }
            String lock = Files.readString(directory.resolve("weave/weave.sock.lock"));
            assertEquals(Long.toString(daemon.pid()), lock.strip());
            assertEquals(0, daemon.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
    void noOtherVariableGivesJavaOptions(String variable) {
        Program version =
                Program.dist("uds", "--version").environment(variable, "-XX:+UseG1GC").run();
        assertEquals(0, version.awaitExit(), version::stderr);
        assertEquals("", version.stderr());
    }

    @Test
    void whatJavaWarnsOfIsNoResult() {
        Program version =
                Program.dist("uds", "--version")
                        .environment("UDS_JAVA_OPTIONS", "-XX:+UseLargePages") // there are none
                        .run();
        assertEquals(1, version.stdout().lines().count(), version::stdout);
        assertTrue(version.stdout().startsWith("panama-unixsocket "), version::stdout);
    }
}
