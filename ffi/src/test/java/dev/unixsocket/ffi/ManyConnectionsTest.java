package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many connections, one after the other and at once. {@code -Dconnections=100000} makes more than a
 * build does.
 */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // a listener is closed under its server
class ManyConnectionsTest {

    private static final int IN_A_ROW = Integer.getInteger("connections", 20_000);
    private static final int AT_ONCE = 2_000;

    private static long descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /** Each has its bytes answered by a thread that serves one after the other. */
    @ParameterizedTest
    @EnumSource(names = {"BLOCK", "PARK", "BLOCK_VIRTUAL"})
    void thatFollowEachOtherLeaveNothingBehind(Way way) throws Exception {
        warmUp(way);
        long before = descriptors();
        assertEquals(IN_A_ROW, serve(way, IN_A_ROW));
        assertEquals(before, descriptors());
    }

    private static void warmUp(Way way) throws Exception {
        assertEquals(100, serve(way, 100));
    }

    private static int serve(Way way, int many) throws Exception {
        AtomicInteger served = new AtomicInteger();
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(128)) {
            listener.waiting(way.waiting);
            Way.Task<Void> server = way.start(() -> answerEach(listener, served));
            Way.Task<Void> client = way.start(() -> askAgainAndAgain(listener, many));
            client.result();
            listener.close();
            assertThrows(SocketClosedException.class, server::result);
        }
        return served.get();
    }

    private static Void answerEach(StreamListener listener, AtomicInteger served)
            throws IOException {
        StreamSocket socket = StreamSocket.closed();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8);
            while (true) {
                listener.accept(socket);
                long count = socket.read(buffer, 0, 8);
                socket.write(buffer, 0, count);
                served.incrementAndGet();
                socket.close();
            }
        }
    }

    private static Void askAgainAndAgain(StreamListener listener, int many) throws IOException {
        StreamSocket socket = StreamSocket.closed().waiting(listener.waiting());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8);
            for (int i = 0; i < many; i++) {
                StreamSocket.connect(listener.address(), Duration.ZERO, socket);
                socket.write(buffer, 0, 8);
                assertEquals(8, socket.read(buffer, 0, 8));
                socket.close();
            }
        }
        return null;
    }

    /** A virtual thread each, all parked, then all answered. */
    @Test
    void atOnceHaveAVirtualThreadEach() throws Exception {
        assumeTrue(openFileLimit() > 2 * AT_ONCE + 500, "this user may open too few files");
        Way way = Way.BLOCK_VIRTUAL;
        long before = descriptors();
        List<Connected> all = new ArrayList<>();
        List<Way.Task<Void>> servers = new ArrayList<>();
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(128)) {
            for (int i = 0; i < AT_ONCE; i++) {
                StreamSocket client = StreamSocket.connect(listener.address(), Duration.ZERO);
                StreamSocket server = listener.accept();
                all.add(new Connected(listener, client, server));
                servers.add(way.start(() -> echo(server)));
            }
            for (int round = 0; round < 3; round++) {
                for (Connected connected : all) {
                    Connected.send(connected.client(), "all at once");
                }
                for (Connected connected : all) {
                    assertEquals("all at once", Connected.receive(connected.client()));
                }
            }
            all.forEach(connected -> connected.client().close());
            for (Way.Task<Void> server : servers) {
                server.result();
            }
        }
        assertTrue(descriptors() <= before + 1, "more than the poller of the process is left");
    }

    private static Void echo(StreamSocket socket) throws IOException {
        try (socket;
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(64);
            for (long count; (count = socket.read(buffer, 0, 64)) > 0; ) {
                socket.write(buffer, 0, count);
            }
        }
        return null;
    }

    private static long openFileLimit() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split(" +")[3])
                .mapToLong(
                        limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                .findFirst()
                .orElse(0);
    }
}
