package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Many clients, and clients that go away in the middle. */
class WeaveLoadIT {

    @TempDir Path runtimeDirectory;

    @Test
    void aThousandConnectionsOneAfterAnotherLeaveNoDescriptorBehind() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            assertServes(daemon);
            long before = descriptors(daemon);
            for (int i = 0; i < 1000; i++) {
                assertServes(daemon);
            }
            Program.await(() -> descriptors(daemon) <= before, "the descriptors of the beginning");
        }
    }

    @Test
    void aRequestCutShortAtAnyLengthIsAnsweredWithNothing() throws IOException {
        byte[] request = new RawRequest().bytes();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            for (int length = 0; length < request.length; length++) {
                try (SocketChannel channel = daemon.connect()) {
                    RunningDaemon.send(channel, Arrays.copyOf(request, length));
                    channel.shutdownOutput();
                    int cut = length;
                    assertEquals(0, RunningDaemon.readAll(channel).length, () -> "cut at " + cut);
                }
            }
            assertServes(daemon);
            assertEquals(0, daemon.program().terminate());
            assertTrue(daemon.program().stderr().lines().count() == 2, daemon.program()::stderr);
        }
    }

    @Test
    void aClientThatGoesAwayBeforeItsResponseHarmsNobody() throws IOException {
        byte[] request = new RawRequest().bytes();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            for (int i = 0; i < 50; i++) {
                try (SocketChannel channel = daemon.connect()) {
                    RunningDaemon.send(channel, request);
                }
            }
            assertServes(daemon);
        }
    }

    @Test
    void aClientKilledInTheMiddleOfItsRequestHarmsNobody() throws IOException {
        RequiredTools.requireTool("socat", "to be a client that can be killed");
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory);
                Program client = Program.tool("socat", "-", "UNIX:" + daemon.socket()).start()) {
            client.input(Arrays.copyOf(new RawRequest().bytes(), 50));
            client.kill();
            assertServes(daemon);
        }
    }

    @Test
    void aHundredConnectionsWaitWhileOneIsServed() throws Exception {
        byte[] request = new RawRequest().bytes();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory);
                ExecutorService clients = Executors.newFixedThreadPool(100);
                SocketChannel first = daemon.connect()) {
            RunningDaemon.send(first, Arrays.copyOf(request, 40));
            List<Future<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(clients.submit(() -> daemon.exchange(request)));
            }
            RunningDaemon.send(first, Arrays.copyOfRange(request, 40, request.length));
            byte[] expected = pixels(RunningDaemon.readAll(first));
            for (Future<byte[]> answer : answers) {
                assertArrayEquals(expected, pixels(answer.get()));
            }
        }
    }

    @Test
    void moreWorkersServeMoreConnectionsAtOnce() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory, "--workers=3");
                SocketChannel slow = daemon.connect();
                SocketChannel slower = daemon.connect()) {
            assertTrue(slow.isConnected() && slower.isConnected());
            assertServes(daemon);
            assertEquals(0, daemon.program().terminate());
        }
    }

    private static byte[] pixels(byte[] answer) {
        return Arrays.copyOfRange(answer, 48, answer.length);
    }

    private static long descriptors(RunningDaemon daemon) {
        Path directory = Path.of("/proc", Long.toString(daemon.program().pid()), "fd");
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertServes(RunningDaemon daemon) throws IOException {
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(new RawRequest().bytes()).length);
    }
}
