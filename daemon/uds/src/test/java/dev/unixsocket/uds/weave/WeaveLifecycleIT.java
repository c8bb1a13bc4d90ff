package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;
import dev.unixsocket.uds.Spoken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/** How the daemon starts and stops, and what it leaves. */
class WeaveLifecycleIT {

    @TempDir Path runtimeDirectory;

    @Test
    void itMakesItsDirectoryAndSocketForItsUserAlone() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            assertEquals("rwx------", mode(daemon.socket().getParent()));
            assertEquals("rw-------", mode(daemon.socket()));
            assertServes(daemon);
        }
    }

    @Test
    void itCorrectsTheModeOfItsDirectory() throws IOException {
        Path directory = Files.createDirectory(runtimeDirectory.resolve("weave"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            assertEquals("rwx------", mode(directory));
            assertServes(daemon);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalStopsItAndItsSocketIsGone(String signal) {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            daemon.program().signal(signal);
            assertEquals(0, daemon.program().awaitExit());
            assertFalse(Files.exists(daemon.socket()));
            assertFalse(daemon.program().stderr().contains("ERROR"), daemon.program()::stderr);
        }
    }

    @Test
    void aClosedTerminalIsNothingToADaemonUnderNohup() {
        try (Program daemon =
                Program.dist("weave-compute")
                        .under("nohup")
                        .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString())
                        .start()
                        .awaitStderr("listening on")) {
            daemon.signal("HUP");
            assertEquals(0, daemon.terminate());
            assertTrue(daemon.stderr().contains("stopped"), daemon::stderr);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aSignalLetsItFinishTheRequestInHand() throws IOException {
        byte[] request = new RawRequest().bytes();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory);
                SocketChannel channel = daemon.connect()) {
            RunningDaemon.send(channel, Arrays.copyOf(request, 40));
            Program.await(
                    () -> CallUnderWay.isRead(daemon.program().pid(), request.length - 40),
                    "a read of the rest");
            try (SocketChannel next = daemon.connect()) {
                daemon.program().signal("TERM");
                Program.await(() -> refuses(daemon.socket()), "an end of accepting");
                assertTrue(daemon.program().isAlive());
                RunningDaemon.send(channel, Arrays.copyOfRange(request, 40, request.length));
                assertEquals(48 + 64 * 64 * 3, RunningDaemon.readAll(channel).length);
                assertEquals(0, daemon.program().awaitExit());
                assertTrue(next.isOpen());
            }
            assertFalse(Files.exists(daemon.socket()));
        }
    }

    @Test
    void aSignalDoesNotWaitForAClientThatHasSentNothing() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--log-level=debug");
                SocketChannel idle = daemon.connect()) {
            assertTrue(idle.isConnected());
            assertEquals(0, daemon.program().terminate());
        }
    }

    @Test
    void aStaleSocketIsReplacedAfterSigkill() throws IOException {
        try (RunningDaemon killed = RunningDaemon.start(runtimeDirectory)) {
            killed.program().kill();
            assertTrue(Files.exists(killed.socket()));
        }
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            assertServes(daemon);
            assertEquals(0, daemon.program().terminate());
        }
    }

    @Test
    void aSecondDaemonFailsAndLeavesTheFirstOnesSocketAlone() throws IOException {
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory)) {
            Program second = weaveCompute().run();
            assertEquals(1, second.awaitExit());
            assertEquals(
                    "already listening on %s (pid %d)%n"
                            .formatted(first.socket(), first.program().pid()),
                    second.stderr());
            assertServes(first);
        }
    }

    @Test
    void aDaemonWhoseSocketWasReplacedLeavesTheNewOneAlone() throws IOException {
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory)) {
            Files.delete(first.socket());
            try (RunningDaemon second = RunningDaemon.start(runtimeDirectory)) {
                assertEquals(0, first.program().terminate());
                assertServes(second);
            }
        }
    }

    @Test
    void aSecondDaemonDoesNotHangWhenTheFirstAcceptsNobody() throws IOException {
        try (RunningDaemon first = RunningDaemon.start(runtimeDirectory, "--backlog=0")) {
            try (SocketChannel served = first.connect();
                    SocketChannel waiting = first.connect()) {
                assertTrue(served.isConnected() && waiting.isConnected());
                Program second = weaveCompute().run();
                assertEquals(1, second.awaitExit());
                assertTrue(second.stderr().contains("already listening on " + first.socket()));
            }
            assertServes(first);
        }
    }

    /** Longer than a start may wait for another daemon. */
    @Test
    void aStartThatTakesItsTimeIsNotTakenForOneThatHangs() throws IOException {
        RequiredTools.requireTool("strace", "to delay a system call");
        String delay = "-einject=bind:delay_enter=6000000";
        try (Program daemon =
                weaveCompute()
                        .under("strace", "-f", "-qq", "-o/dev/null", "-etrace=bind", delay)
                        .start()
                        .awaitStderr("listening on")) {
            assertServes(new RunningDaemon(daemon, RunningDaemon.socketIn(runtimeDirectory)));
        }
    }

    @Test
    void anAcceptThatFailsForGoodEndsItWithStatus1() {
        RequiredTools.requireTool("strace", "to make a system call fail");
        Program daemon =
                weaveCompute()
                        .under(
                                "strace",
                                "-f",
                                "-qq",
                                "-o/dev/null",
                                "-einject=accept:error=EIO:when=1")
                        .run();
        assertEquals(1, daemon.awaitExit());
        assertTrue(daemon.stderr().contains("accept: Input/output error"), daemon::stderr);
        assertFalse(Files.exists(RunningDaemon.socketIn(runtimeDirectory)));
    }

    @Test
    void aFileThatIsNoSocketIsLeftAsItIs() throws IOException {
        Path directory = Files.createDirectory(runtimeDirectory.resolve("weave"));
        Path file = Files.writeString(directory.resolve("weave.sock"), "precious");
        Program program = weaveCompute().run();
        assertEquals(1, program.awaitExit());
        assertEquals(file + " is a regular file, not a socket: left as it is\n", program.stderr());
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void aRuntimeDirectoryWithTooLongAPathIsRefusedByName() {
        Path tooLong = runtimeDirectory.resolve("x".repeat(100));
        Program program =
                Program.dist("weave-compute")
                        .environment("XDG_RUNTIME_DIR", tooLong.toString())
                        .run();
        assertEquals(1, program.awaitExit());
        assertTrue(program.stderr().contains("can have 107 bytes"), program::stderr);
        assertTrue(program.stderr().contains(tooLong.toString()), program::stderr);
        assertFalse(Files.exists(tooLong));
    }

    @Test
    void withoutARuntimeDirectoryNeitherSideGoesOn() {
        assertEndsWith(1, "XDG_RUNTIME_DIR not set\n", Program.dist("weave-compute"));
        assertEndsWith(
                1,
                "XDG_RUNTIME_DIR not set\n",
                Program.dist("weave-compute").environment("XDG_RUNTIME_DIR", ""));
        assertEndsWith(
                10,
                "XDG_RUNTIME_DIR not set\n",
                Program.dist("uds", "weave", "send", "--prompt=x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bogus",
                "--log-level=loud",
                "--read-timeout=soon",
                "--read-timeout=0",
                "--write-timeout=0s",
                "--backlog=-1",
                "--workers=0",
                "--spin=0us",
                "--spin=50",
                "argument"
            })
    void aWrongOptionShowsTheUsageAndEndsWith2(String option) {
        CommandLine commandLine = new CommandLine(new WeaveServeCommand());
        Spoken program = Spoken.of("weave-compute", commandLine, option);
        assertEquals(2, program.status());
        assertTrue(program.stderr().contains("Usage: weave-compute"), program::stderr);
        assertTrue(program.stderr().contains(option.split("=")[0]), program::stderr);
        assertEquals("", program.stdout());
    }

    @Test
    void helpAndVersionAreForStandardOutput() {
        Program help = Program.dist("weave-compute", "--help").run();
        assertEquals(0, help.awaitExit());
        assertTrue(help.stdout().startsWith("Usage: weave-compute"), help::stdout);
        Program version = Program.dist("weave-compute", "--version").run();
        assertEquals(0, version.awaitExit());
        assertTrue(version.stdout().startsWith("panama-unixsocket "), version::stdout);
    }

    private Program.Builder weaveCompute() {
        return Program.dist("weave-compute")
                .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString());
    }

    private static void assertEndsWith(int status, String stderr, Program.Builder builder) {
        Program program = builder.run();
        assertEquals(status, program.awaitExit());
        assertEquals(stderr, program.stderr());
    }

    private static void assertServes(RunningDaemon daemon) throws IOException {
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(new RawRequest().bytes()).length);
    }

    /** Without waiting: a connection to a full backlog would wait for the end of the daemon. */
    private static boolean refuses(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return false;
        } catch (IOException e) {
            return !e.getMessage().contains("temporarily unavailable"); // EAGAIN, of a full backlog
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
