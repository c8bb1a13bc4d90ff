package dev.unixsocket.uds.weave;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A daemon is killed with SIGKILL at a step of its life; the next one starts.
 *
 * <p>{@code -Dkill.cycles=1000} repeats start and kill as often as the proof asks for.
 */
class WeaveKilledIT {

    private static final int CYCLES = Integer.getInteger("kill.cycles", 4);

    @TempDir Path runtimeDirectory;

    /** strace kills it when it makes the call: before that step, after the one before. */
    @ParameterizedTest
    @CsvSource({
        "bind, --no-lock",
        "chmod, --no-lock",
        "listen, --no-lock",
        "accept, --no-lock",
        "unlink, --no-lock",
        "flock, --lock",
        "ftruncate, --lock",
        "fchmod, --lock",
        "bind, --lock",
        "chmod, --lock",
        "listen, --lock",
        "accept, --lock"
    })
    void theNextStartSucceedsAfterSigkillAt(String call, String locking) throws IOException {
        requireTool("strace", "to kill the daemon at a system call");
        leaveAStaleFile();
        Program killed =
                Program.dist("weave-compute", locking)
                        .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString())
                        .under(
                                "strace",
                                "--quiet=all",
                                "-f",
                                "-o/dev/null",
                                "--trace=/^" + call + "(at|4)?$",
                                "--inject=/^" + call + "(at|4)?$:signal=KILL")
                        .run();
        assertNotEquals(0, killed.awaitExit());
        try (RunningDaemon next = RunningDaemon.start(runtimeDirectory, locking)) {
            assertServes(next);
            assertEquals(0, next.program().terminate());
        }
    }

    private void leaveAStaleFile() throws IOException {
        Path socket = RunningDaemon.socketIn(runtimeDirectory);
        Files.createDirectory(socket.getParent());
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-lock", "--lock"})
    void itStartsAgainAndAgain(String locking) throws IOException {
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, locking)) {
                assertServes(daemon);
                daemon.program().kill();
            }
        }
    }

    private static void assertServes(RunningDaemon daemon) throws IOException {
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(new RawRequest().bytes()).length);
    }
}
