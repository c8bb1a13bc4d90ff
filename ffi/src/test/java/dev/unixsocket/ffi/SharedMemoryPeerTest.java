package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Rings with a peer in another process that is written in C, as {@code docs/SHARED-MEMORY.md} has
 * it: one that does what it should, one that writes anything anywhere, one that dies or stops.
 */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed under a call
class SharedMemoryPeerTest {

    /** How often the peer writes anything anywhere; {@code -Dscribbles=10000000} for longer. */
    private static final int SCRIBBLES = Integer.getInteger("scribbles", 100_000);

    /** How often it does so on one connection. */
    private static final int SCRIBBLES_AT_ONCE = 5_000;

    /** How often a peer is killed; {@code -Dkills=10000} for longer. */
    private static final int KILLS = Integer.getInteger("kills", 60);

    private static final long CAPACITY = Shared.CAPACITY;

    @TempDir static Path programs;

    @TempDir Path folder;

    private static RingPeer program;
    private StreamListener listener;
    private Shared.Left before;

    @BeforeAll
    static void compile() throws Exception {
        program = RingPeer.compile(programs);
    }

    @BeforeEach
    void listen() throws IOException {
        before = Shared.Left.now();
        listener = StreamListener.bind(Address.path(folder.resolve("socket"))).listen(5);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        listener.close();
        before.assertNothingIsLeft();
    }

    private Process start(Object... arguments) throws IOException {
        return program.start(folder.resolve("socket"), arguments);
    }

    private StreamSocket accepted(Way way, Process peer) throws IOException {
        StreamSocket socket = listener.accept();
        assertEquals(peer.pid(), socket.peerCredentials().pid());
        socket.receiveTimeout(Connected.PATIENCE);
        socket.sendTimeout(Connected.PATIENCE);
        return socket.waiting(way.waiting);
    }

    private static void assertSucceeds(Process peer) throws Exception {
        assertTrue(peer.waitFor(Connected.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, peer.exitValue());
    }

    @ParameterizedTest
    @EnumSource
    void aPeerInCAccepts(Way way) throws Exception {
        Process peer = start("echo");
        try (SharedMemorySocket socket = SharedMemorySocket.offer(accepted(way, peer), CAPACITY)) {
            byte[] bytes = new byte[1_000_000];
            new java.util.Random(7).nextBytes(bytes);
            assertEquals(5000, socket.write(bytes, 0, 5000));
            assertTrue(socket.awaitAnswer(Connected.PATIENCE));
            var writer = way.start(() -> writeAll(socket, bytes, 5000));
            byte[] back = new byte[bytes.length];
            for (int done = 0; done < back.length; ) {
                int count = socket.read(back, done, back.length - done);
                assertTrue(count > 0);
                done += count;
            }
            writer.result();
            assertArrayEquals(bytes, back);
            assertEquals(0, socket.read(back, 0, 1));
            assertSucceeds(peer);
        } finally {
            peer.destroyForcibly();
        }
    }

    private static Void writeAll(SharedMemorySocket socket, byte[] bytes, int from)
            throws IOException {
        assertEquals(bytes.length - from, socket.write(bytes, from, bytes.length - from));
        socket.shutdownOutput();
        return null;
    }

    @ParameterizedTest
    @EnumSource
    void aPeerInCOffers(Way way) throws Exception {
        for (int spins : List.of(0, 1000)) {
            Process peer = start("ask", spins, 1_000_000);
            try (SharedMemorySocket socket =
                    SharedMemorySocket.accept(accepted(way, peer), Shared.NO_LIMIT)) {
                way.start(() -> echo(socket)).result();
                assertTrue(socket.isShared());
                assertSucceeds(peer);
            } finally {
                peer.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerInCSendsMessagesBack(Way way) throws Exception {
        Process peer = start("echo-messages");
        try (SharedMemorySocket socket = SharedMemorySocket.offer(accepted(way, peer), CAPACITY)) {
            socket.write(new byte[100], 0, 100);
            assertTrue(socket.awaitAnswer(Connected.PATIENCE));
            SharedMemoryMessages messages = SharedMemoryMessages.over(socket);
            var writer = way.start(() -> sendMessages(messages, socket));
            var reader = way.start(() -> checkMessages(messages));
            writer.result();
            assertEquals(MESSAGES, reader.result());
            assertSucceeds(peer);
        } finally {
            peer.destroyForcibly();
        }
    }

    private static final int MESSAGES = 1000;

    private static long size(int message) {
        return message % 100 == 99 ? CAPACITY - 8 : message * 7919L % 3000;
    }

    private static Void sendMessages(SharedMemoryMessages messages, SharedMemorySocket socket)
            throws IOException {
        for (int i = 0; i < MESSAGES; i++) {
            long at = messages.claim(size(i));
            messages.outputMemory().asSlice(at, size(i)).fill((byte) i);
            messages.publish(size(i));
        }
        socket.shutdownOutput();
        return null;
    }

    private static int checkMessages(SharedMemoryMessages messages) throws IOException {
        int count = 0;
        for (long length; (length = messages.receive()) != SharedMemoryMessages.END; count++) {
            byte[] expected = new byte[(int) size(count)];
            Arrays.fill(expected, (byte) count);
            assertArrayEquals(
                    expected,
                    messages.inputMemory()
                            .asSlice(messages.inputOffset(), length)
                            .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
            messages.release();
        }
        return count;
    }

    private static Void echo(SharedMemorySocket socket) throws IOException {
        byte[] buffer = new byte[5000];
        for (int count; (count = socket.read(buffer, 0, buffer.length)) > 0; ) {
            assertEquals(count, socket.write(buffer, 0, count));
        }
        socket.shutdownOutput();
        return null;
    }

    /** Whatever it writes, calls return or throw IOException, in time, and close closes. */
    @Test
    void aPeerThatWritesAnythingAnywhereSpoilsOnlyItsOwnConnection() throws Exception {
        Way[] ways = Way.values();
        for (int i = 0; i * SCRIBBLES_AT_ONCE < SCRIBBLES; i++) {
            Way way = ways[i % ways.length];
            Process peer = start("scribble", i + 1, SCRIBBLES_AT_ONCE);
            try (SharedMemorySocket socket =
                    SharedMemorySocket.offer(accepted(way, peer), CAPACITY)) {
                byte[] bytes = new byte[70_000];
                socket.write(bytes, 0, 100);
                if (!socket.awaitAnswer(Connected.PATIENCE)) {
                    continue; // it has changed the answer, too
                }
                var writer = way.start(() -> untilItFails(() -> socket.write(bytes, 0, 3000)));
                var reader = way.start(() -> untilItFails(() -> readAnyhow(socket, bytes)));
                assertTrue(peer.waitFor(Connected.PATIENCE.toSeconds(), TimeUnit.SECONDS));
                writer.result();
                reader.result();
            } finally {
                peer.destroyForcibly();
            }
        }
    }

    private static long readAnyhow(SharedMemorySocket socket, byte[] into) throws IOException {
        if ((into[0] & 1) == 0) {
            return socket.read(into, 0, into.length);
        }
        long there = socket.awaitInput(1);
        into[0] = socket.inputMemory().get(java.lang.foreign.ValueLayout.JAVA_BYTE, there);
        socket.release(there);
        return there;
    }

    private interface Call {
        long make() throws IOException;
    }

    /** Until an IOException or the end of the stream; anything else fails the test. */
    private static Void untilItFails(Call call) {
        try {
            while (call.make() > 0) {
                Thread.onSpinWait();
            }
            return null;
        } catch (IOException expected) {
            return null;
        }
    }

    /** At a random moment, from before it has connected on. */
    @Test
    void aPeerThatIsKilledEndsTheConnection() throws Exception {
        SplittableRandom random = new SplittableRandom(KILLS);
        List<Long> nanos = new ArrayList<>();
        Way[] ways = Way.values();
        for (int i = 0; i < KILLS; i++) {
            Way way = ways[i % ways.length];
            boolean offers = i / ways.length % 2 == 0;
            Process peer = offers ? start("ask", 100, Long.MAX_VALUE) : start("echo");
            try (SharedMemorySocket socket =
                    offers
                            ? SharedMemorySocket.accept(accepted(way, peer), Shared.NO_LIMIT)
                            : SharedMemorySocket.offer(accepted(way, peer), CAPACITY)) {
                long delay = random.nextLong(random.nextLong(1, 3_000_000));
                var killer = Way.BLOCK.start(() -> killAfter(peer, delay));
                var user =
                        way.start(
                                () -> {
                                    untilItFails(offers ? echoing(socket) : asking(socket));
                                    return System.nanoTime();
                                });
                long ended = user.result();
                long killed = killer.result();
                nanos.add(ended - killed);
                // A limit for a machine that is busy.
                assertTrue(ended - killed < 20_000_000_000L, way + " ended late");
            } finally {
                peer.destroyForcibly();
            }
        }
        Noticed.print("a peer in C that is killed", nanos, KILLS > 100);
    }

    private static long killAfter(Process peer, long nanos) throws InterruptedException {
        java.util.concurrent.locks.LockSupport.parkNanos(nanos);
        peer.destroyForcibly();
        long now = System.nanoTime();
        peer.waitFor();
        return now;
    }

    private static Call echoing(SharedMemorySocket socket) {
        byte[] bytes = new byte[3000];
        return () -> {
            int count = socket.read(bytes, 0, bytes.length);
            return count > 0 ? socket.write(bytes, 0, count) : 0;
        };
    }

    private static Call asking(SharedMemorySocket socket) {
        byte[] bytes = new byte[3000];
        return () -> {
            socket.write(bytes, 0, bytes.length);
            return socket.read(bytes, 0, bytes.length);
        };
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatIsStoppedLetsTimeRunOut(Way way) throws Exception {
        Process peer = start("echo");
        try (SharedMemorySocket socket = SharedMemorySocket.offer(accepted(way, peer), CAPACITY)) {
            byte[] bytes = new byte[(int) CAPACITY];
            socket.write(bytes, 0, 100);
            for (int done = 0; done < 100; ) {
                done += socket.read(bytes, 0, 100);
            }
            RingPeer.run(List.of("kill", "-STOP", String.valueOf(peer.pid())));
            socket.receiveTimeout(Duration.ofMillis(20));
            socket.sendTimeout(Duration.ofMillis(20));
            assertEquals(CAPACITY, socket.write(bytes, 0, bytes.length));
            assertTimedOut(way.start(() -> socket.write(bytes, 0, 1)).failure());
            assertTimedOut(way.start(() -> socket.read(bytes, 0, 1)).failure());
            RingPeer.run(List.of("kill", "-CONT", String.valueOf(peer.pid())));
            socket.receiveTimeout(Connected.PATIENCE);
            for (long done = 0; done < CAPACITY; ) {
                done += socket.read(bytes, 0, bytes.length);
            }
        } finally {
            peer.destroyForcibly();
        }
    }

    private static void assertTimedOut(Throwable failure) {
        assertTrue(failure instanceof SyscallException e && e.timedOut(), failure::toString);
    }
}
