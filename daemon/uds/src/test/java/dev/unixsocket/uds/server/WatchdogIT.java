package dev.unixsocket.uds.server;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** What a service tells a service manager while it runs: that it serves, and how much. */
@EnabledOnOs(OS.LINUX)
class WatchdogIT {

    private static final long WATCHDOG_MILLIS = 600;

    @TempDir Path folder;

    @BeforeEach
    void tools() {
        requireTool("socat", "to receive notifications");
    }

    private Program receiver() {
        return Program.tool("socat", "-u", "-d", "-d", "UNIX-RECV:" + folder + "/notify", "-")
                .start()
                .awaitStderr("starting data transfer");
    }

    private Program.Builder watched(Service service, String... more) {
        return service.in(folder, more)
                .environment("NOTIFY_SOCKET", folder + "/notify")
                .environment("WATCHDOG_USEC", Long.toString(WATCHDOG_MILLIS * 1000));
    }

    private static int beats(Program receiver) {
        return Pattern.compile("WATCHDOG=1").split(receiver.stdout(), -1).length - 1;
    }

    private static void awaitBeats(Program receiver, int more) {
        int before = beats(receiver);
        Program.await(() -> beats(receiver) >= before + more, "more beats");
    }

    @ParameterizedTest
    @EnumSource
    void aServiceThatServesSaysSoAgainAndAgain(Service service) {
        try (Program receiver = receiver();
                Program program = watched(service).start()) {
            program.awaitStderr("listening on");
            awaitBeats(receiver, 2);
            receiver.awaitStdout("STATUS=");
            assertEquals(0, program.terminate());
        }
    }

    @Test
    void whoServesNobodyAnyMoreIsNotVouchedFor() throws IOException {
        try (Program receiver = receiver();
                Program program = watched(Service.WEAVE_COMPUTE).start()) {
            program.awaitStderr("listening on");
            awaitBeats(receiver, 1);
            // The only worker waits for a request: for 60 s it accepts nobody.
            Path socket = Service.WEAVE_COMPUTE.socketIn(folder);
            try (SocketChannel idle = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                assertTrue(idle.isConnected());
                Program.await(() -> isQuiet(receiver), "an end of beats");
            }
            awaitBeats(receiver, 2);
            assertEquals(0, program.terminate());
        }
    }

    /** Whether there was no beat for longer than the watchdog waits. */
    private static boolean isQuiet(Program receiver) {
        int before = beats(receiver);
        long end = System.nanoTime() + 2 * WATCHDOG_MILLIS * 1_000_000;
        while (System.nanoTime() < end) {
            if (beats(receiver) != before) {
                return false;
            }
            LockSupport.parkNanos(10_000_000);
        }
        return true;
    }

    @Test
    void socketFilesThatAreGoneAreMadeAnewWithoutASignal() throws IOException {
        Path metrics = folder.resolve("metrics.sock");
        try (Program receiver = receiver();
                Program program = watched(Service.IPC, "--metrics-socket=" + metrics).start()) {
            program.awaitStderr("listening on");
            awaitBeats(receiver, 1);
            for (Path socket : List.of(metrics, Service.IPC.socketIn(folder))) {
                Files.delete(socket);
                program.awaitStderr("was gone, made anew: " + socket);
                awaitBeats(receiver, 2);
                assertEquals(0, Service.IPC.ask(folder));
            }
        }
    }

    @Test
    void whoIsNotMeantByTheWatchdogSaysNothing() {
        try (Program receiver = receiver();
                Program program = watched(Service.IPC).environment("WATCHDOG_PID", "1").start()) {
            receiver.awaitStdout("READY=1");
            assertEquals(0, program.terminate());
            receiver.awaitStdout("STOPPING=1");
            assertEquals(0, beats(receiver));
        }
    }
}
