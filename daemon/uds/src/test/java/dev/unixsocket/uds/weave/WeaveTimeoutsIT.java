package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Slow and stopped clients, with limits short enough to wait for. */
class WeaveTimeoutsIT {

    @TempDir Path runtimeDirectory;

    @Test
    void aClientThatSendsNothingIsCutOff() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--read-timeout=1s");
                SocketChannel silent = daemon.connect()) {
            assertEquals(0, RunningDaemon.readAll(silent).length);
            daemon.program().awaitStderr("read took too long");
            assertServes(daemon);
        }
    }

    @Test
    void aClientThatSendsAByteAtATimeIsCutOffAtTheLimitOfTheWholeMessage() throws IOException {
        byte[] request = new RawRequest().bytes();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--read-timeout=1s");
                SocketChannel slow = daemon.connect()) {
            int sent = sendUntilCutOff(slow, request);
            assertTrue(sent < request.length, "all " + sent + " bytes were taken");
            daemon.program().awaitStderr("read took too long");
            assertServes(daemon);
        }
    }

    /** Each byte comes well within the limit; together they would take four times as long. */
    private static int sendUntilCutOff(SocketChannel channel, byte[] bytes) {
        int sent = 0;
        try {
            while (sent < bytes.length) {
                RunningDaemon.send(channel, Arrays.copyOfRange(bytes, sent, sent + 1));
                sent++;
                LockSupport.parkNanos(60_000_000);
            }
        } catch (IOException cutOff) {
            return sent;
        }
        return sent;
    }

    @Test
    void aClientThatSendsInPiecesWithinTheLimitIsServed() throws IOException {
        byte[] request = new RawRequest().bytes();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--read-timeout=60s");
                SocketChannel channel = daemon.connect()) {
            for (byte single : request) {
                RunningDaemon.send(channel, new byte[] {single});
                LockSupport.parkNanos(2_000_000);
            }
            assertEquals(48 + 64 * 64 * 3, RunningDaemon.readAll(channel).length);
        }
    }

    @Test
    void aClientThatDoesNotReadItsResponseIsCutOff() throws IOException {
        RawRequest request = new RawRequest();
        request.width = 1024;
        request.height = 1024;
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--write-timeout=300ms");
                SocketChannel deaf = daemon.connect()) {
            deaf.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            RunningDaemon.send(deaf, request.bytes());
            daemon.program().awaitStderr("write took too long");
            assertServes(daemon);
        }
    }

    @Test
    void aClientThatReadsItsResponseALittleAtATimeIsCutOffAtTheLimitOfTheWholeMessage()
            throws IOException {
        RawRequest request = new RawRequest();
        request.width = 1856;
        request.height = 1856;
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--write-timeout=500ms");
                SocketChannel slow = daemon.connect()) {
            RunningDaemon.send(slow, request.bytes());
            long taken = readSlowly(slow);
            assertTrue(taken < 48 + 1856 * 1856 * 3, "all " + taken + " bytes came");
            daemon.program().awaitStderr("write took too long");
            assertServes(daemon);
        }
    }

    /** Each part is taken well within the limit; together they would take ten times as long. */
    private static long readSlowly(SocketChannel channel) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(100_000);
        long taken = 0;
        int got;
        while ((got = channel.read(part.clear())) > 0) {
            taken += got;
            LockSupport.parkNanos(50_000_000);
        }
        return taken;
    }

    @Test
    void aRefusedClientThatGoesOnSendingIsLetGoOf() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--write-timeout=300ms");
                SocketChannel channel = daemon.connect()) {
            assertThrows(
                    IOException.class,
                    () -> {
                        while (true) {
                            RunningDaemon.send(channel, new byte[4096]);
                        }
                    });
            assertServes(daemon);
        }
    }

    @Test
    void theClientGivesUpConnectingWhenTheBacklogStaysFull() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--backlog=0");
                SocketChannel served = daemon.connect();
                SocketChannel waiting = daemon.connect()) {
            assertTrue(served.isConnected() && waiting.isConnected());
            Program client =
                    Program.dist("uds", "weave", "send", "--prompt=x")
                            .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString())
                            .run();
            assertEquals(13, client.awaitExit());
            assertEquals("weave-compute daemon connection timeout\n", client.stderr());
        }
    }

    private static void assertServes(RunningDaemon daemon) throws IOException {
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(new RawRequest().bytes()).length);
    }
}
