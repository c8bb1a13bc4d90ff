package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Shared.CAPACITY;
import static dev.unixsocket.ffi.Shared.NO_LIMIT;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** Rings are offered, accepted, declined or not noticed, and no byte is lost. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed early
class SharedMemoryOfferTest {

    private static final EnumSet<OpenFile.Seal> SEALS =
            EnumSet.of(OpenFile.Seal.SHRINK, OpenFile.Seal.GROW, OpenFile.Seal.SEAL);

    private final MemorySegment buffer = Arena.ofAuto().allocate(300_000);

    @TempDir Path folder;

    private SocketPair<StreamSocket> pair;
    private Shared.Left before;

    @BeforeEach
    void countSockets() throws IOException {
        before = Shared.Left.now();
        connect();
    }

    private void connect() throws IOException {
        pair = StreamSocket.pair();
        pair.first().receiveTimeout(Connected.PATIENCE);
        pair.second().receiveTimeout(Connected.PATIENCE);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        pair.close();
        before.assertNothingIsLeft();
    }

    private SharedMemorySocket offerer() {
        return SharedMemorySocket.offer(pair.first(), CAPACITY);
    }

    private SharedMemorySocket accepter() {
        return SharedMemorySocket.accept(pair.second(), NO_LIMIT);
    }

    @Test
    void bothSidesGoOverToMemory() throws Exception {
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(offerer, "request");
            assertFalse(offerer.isShared());
            assertEquals("request", Shared.receive(accepter));
            assertTrue(accepter.isShared());
            Shared.send(accepter, "response");
            assertEquals("response", Shared.receive(offerer));
            assertTrue(offerer.isShared());
            assertTrue(Shared.descriptors() <= before.descriptors());
            Shared.send(offerer, "another request");
            // Nothing but bells in the socket.
            assertEquals("another request", Shared.receive(accepter));
            assertEquals(0, pair.second().available());
        }
    }

    @Test
    void theFirstBytesComeInAnyParts() throws Exception {
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(offerer, "a request in three parts");
            assertFalse(offerer.awaitAnswer(Duration.ofMillis(1)));
            assertEquals("a re", read(accepter, 4));
            assertTrue(offerer.awaitAnswer(Connected.PATIENCE));
            Shared.send(offerer, ", and more through the ring");
            assertEquals("quest", read(accepter, 5));
            assertEquals(" in three parts", read(accepter, 100));
            assertEquals(", and more through the ring", read(accepter, 100));
        }
    }

    /** The socket has first bytes, so that nobody may read from it to see its end. */
    @ParameterizedTest
    @EnumSource
    void aWriterSeesThatThePeerHasGoneWhileFirstBytesAreUnread(Way way) throws Exception {
        pair.second().sendTimeout(Connected.PATIENCE);
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter().waiting(way.waiting)) {
            Shared.send(offerer, "a request in two parts");
            assertEquals("a re", read(accepter, 4));
            assertTrue(offerer.awaitAnswer(Connected.PATIENCE));
            var writer = way.start(() -> accepter.write(new byte[200_000], 0, 200_000));
            byte[] some = new byte[1000];
            assertEquals(1000, offerer.read(some, 0, 1000));
            offerer.close();
            assertTrue(writer.result() < 200_000);
            assertEquals(Errno.EPIPE, errno(() -> Shared.send(accepter, "more")));
            assertEquals("quest in two parts", read(accepter, 100));
            assertEquals("", read(accepter, 100));
        }
    }

    private String read(SharedMemorySocket socket, int most) throws IOException {
        byte[] bytes = new byte[most];
        return new String(bytes, 0, socket.read(bytes, 0, most));
    }

    @Test
    void aPeerWithAPlainSocketNoticesNothing() throws Exception {
        try (SharedMemorySocket offerer = offerer()) {
            Shared.send(offerer, "request");
            assertEquals("request", Connected.receive(pair.second()));
            Connected.send(pair.second(), "response");
            assertEquals("response", Shared.receive(offerer));
            assertFalse(offerer.isShared());
            Shared.send(offerer, "again");
            assertEquals("again", Connected.receive(pair.second()));
            Connected.send(pair.second(), "and back");
            assertEquals("and back", Shared.receive(offerer));
            offerer.shutdownOutput();
            assertEquals("", Connected.receive(pair.second()));
        }
    }

    @Test
    void aPeerWithAPlainSocketMayBeTheOneThatSpeaksFirst() throws Exception {
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(accepter, "hello");
            assertEquals("hello", Shared.receive(offerer));
            Shared.send(offerer, "request");
            assertEquals("request", Shared.receive(accepter));
            assertFalse(offerer.isShared() || accepter.isShared());
        }
    }

    /** It crosses with the offer. */
    @Test
    void aSideThatHasWrittenBeforeItReadsDoesNotAccept() throws Exception {
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(offerer, "request");
            Shared.send(accepter, "hello");
            assertEquals("request", Shared.receive(accepter));
            assertEquals("hello", Shared.receive(offerer));
            Shared.send(offerer, "again");
            assertEquals("again", Shared.receive(accepter));
            assertFalse(offerer.isShared() || accepter.isShared());
        }
    }

    @Test
    void aSecondWriteBeforeTheAnswerWithdrawsTheOffer() throws Exception {
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(offerer, "one");
            Shared.send(offerer, "two");
            assertEquals("one", Shared.receive(accepter));
            assertEquals("two", Shared.receive(accepter));
            assertFalse(offerer.isShared() || accepter.isShared());
            Shared.send(accepter, "response");
            assertEquals("response", Shared.receive(offerer));
        }
    }

    @Test
    void theEndOfTheOutputWithdrawsTheOffer() throws Exception {
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(offerer, "one");
            offerer.shutdownOutput();
            assertEquals("one", Shared.receive(accepter));
            assertEquals("", Shared.receive(accepter));
            Shared.send(accepter, "response");
            assertEquals("response", Shared.receive(offerer));
        }
    }

    @Test
    void whatIsOverTheLimitIsDeclinedAndGivenBackAtTheEnd() throws Exception {
        SharedMemoryLimit limit = new SharedMemoryLimit(RingFile.bytes(CAPACITY));
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = SharedMemorySocket.accept(pair.second(), limit)) {
            Shared.send(offerer, "request");
            Shared.receive(accepter);
            assertTrue(accepter.isShared());
            assertEquals(RingFile.bytes(CAPACITY), limit.used());
            try (SocketPair<StreamSocket> other = StreamSocket.pair();
                    SharedMemorySocket late = SharedMemorySocket.offer(other.first(), CAPACITY);
                    SharedMemorySocket full = SharedMemorySocket.accept(other.second(), limit)) {
                Shared.send(late, "request");
                assertEquals("request", Shared.receive(full));
                assertFalse(late.awaitAnswer(Connected.PATIENCE));
                Shared.send(late, "more");
                assertEquals("more", Shared.receive(full));
                Shared.send(full, "response");
                assertEquals("response", Shared.receive(late));
                Shared.send(full, "more");
                assertEquals("more", Shared.receive(late));
            }
        }
        assertEquals(0, limit.used());
    }

    /** More than a socket takes at once, from memory of every kind. */
    @Test
    void aLongFirstWriteGoesWhole() throws Exception {
        for (int kind = 0; kind < 3; kind++) {
            int with = kind;
            byte[] bytes = new byte[300_000];
            new java.util.Random(1).nextBytes(bytes);
            try (SocketPair<StreamSocket> own = StreamSocket.pair();
                    SharedMemorySocket offerer = SharedMemorySocket.offer(own.first(), CAPACITY);
                    SharedMemorySocket accepter =
                            SharedMemorySocket.accept(own.second(), NO_LIMIT)) {
                var writer = Way.BLOCK.start(() -> write(offerer, bytes, with));
                byte[] read = new byte[bytes.length];
                for (int done = 0; done < read.length; ) {
                    done += accepter.read(read, done, read.length - done);
                }
                assertEquals(bytes.length, writer.result());
                assertTrue(accepter.isShared());
                assertEquals(ByteBuffer.wrap(bytes), ByteBuffer.wrap(read));
            }
        }
    }

    private static int write(SharedMemorySocket socket, byte[] bytes, int kind) throws IOException {
        if (kind == 0) {
            return socket.write(bytes, 0, bytes.length);
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return kind == 1
                ? socket.write(direct)
                : (int) socket.write(MemorySegment.ofBuffer(direct), 0, bytes.length);
    }

    @Test
    void aSideThatGoesAtAStepOfTheOfferEndsTheConnection() throws Exception {
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(offerer, "request");
            offerer.close();
            assertEquals("request", Shared.receive(accepter));
            assertEquals("", Shared.receive(accepter));
            assertEquals(Errno.EPIPE, errno(() -> Shared.send(accepter, "response")));
        }
        connect();
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(offerer, "request");
            Shared.receive(accepter);
            accepter.close();
            assertEquals("", Shared.receive(offerer));
            assertEquals(Errno.EPIPE, errno(() -> Shared.send(offerer, "again")));
        }
        connect();
        try (SharedMemorySocket offerer = offerer();
                SharedMemorySocket accepter = accepter()) {
            Shared.send(offerer, "request");
            accepter.close(); // with bytes that nobody has read
            assertEquals(Errno.ECONNRESET, errno(() -> Shared.receive(offerer)));
        }
    }

    private static Errno errno(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(SyscallException.class, call).errno();
    }

    @Test
    void aFileThatIsNoneOfRingsIsPassedOver() throws Exception {
        assertPassedOver("no descriptor", List.of());
        try (OpenFile good = file(RingFile.bytes(CAPACITY), CAPACITY, SEALS)) {
            assertPassedOver("two descriptors", List.of(good, good));
        }
        assertPassedOver("a directory", List.of(OpenFile.openReadOnly(folder)));
        try (SocketPair<StreamSocket> other = StreamSocket.pair()) {
            assertPassedOver("a socket", other.first());
        }
        assertPassedOver("a regular file", List.of(regularFile()));
        assertPassedOver("not sealed", file(RingFile.bytes(CAPACITY), CAPACITY, List.of()));
        for (OpenFile.Seal missing : SEALS) {
            EnumSet<OpenFile.Seal> others = EnumSet.copyOf(SEALS);
            others.remove(missing);
            String what = "not sealed against " + missing;
            assertPassedOver(what, file(RingFile.bytes(CAPACITY), CAPACITY, others));
        }
        assertPassedOver("empty", file(0, 0, SEALS));
        assertPassedOver("no header", file(4096, 0, SEALS));
        assertPassedOver("too small", file(RingFile.bytes(CAPACITY) - 1, CAPACITY, SEALS));
        assertPassedOver("too large", file(RingFile.bytes(CAPACITY) + 1, CAPACITY, SEALS));
        assertPassedOver("no capacity", file(RingFile.HEADER_BYTES, 0, SEALS));
        assertPassedOver("odd", file(RingFile.HEADER_BYTES + 2 * 70_000, 70_000, SEALS));
        assertPassedOver("negative", file(RingFile.bytes(CAPACITY), Long.MIN_VALUE, SEALS));
        EnumSet<OpenFile.Seal> all = EnumSet.allOf(OpenFile.Seal.class);
        assertPassedOver("read-only", file(RingFile.bytes(CAPACITY), CAPACITY, all));
        assertPassedOver("no magic", changed(file -> file.set(JAVA_BYTE, 3, (byte) 'x')));
        assertPassedOver("version", changed(file -> file.set(JAVA_INT, 8, 2)));
        assertPassedOver("header size", changed(file -> file.set(JAVA_INT, 12, 4096)));
        assertPassedOver("few first bytes", changed(file -> file.set(JAVA_LONG, 24, 4)));
        assertPassedOver("no first bytes", changed(file -> file.set(JAVA_LONG, 24, -5)));
        assertPassedOver("withdrawn", changed(file -> file.set(JAVA_INT, 128, 3)));
        assertPassedOver("nonsense", changed(file -> file.set(JAVA_INT, 128, 77)));
    }

    private OpenFile regularFile() throws IOException {
        Path path = folder.resolve("file");
        java.nio.file.Files.write(path, new byte[(int) RingFile.bytes(CAPACITY)]);
        return OpenFile.open(path);
    }

    private interface Change {
        void of(MemorySegment file);
    }

    private OpenFile changed(Change change) throws IOException {
        OpenFile file = file(RingFile.bytes(CAPACITY), CAPACITY, SEALS);
        try (Arena arena = Arena.ofConfined()) {
            change.of(file.map(arena));
        }
        return file;
    }

    /** With a header that is as it must be, as far as there is room for it. */
    private OpenFile file(long size, long capacity, java.util.Collection<OpenFile.Seal> seals)
            throws IOException {
        OpenFile file = OpenFile.memory("unixsocket-rings", size);
        if (size > 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment header = file.map(arena);
                header.copyFrom(MemorySegment.ofArray("USHMRING".getBytes()));
                header.set(JAVA_INT, 8, 1);
                header.set(JAVA_INT, 12, 65_536);
                header.set(JAVA_LONG, 16, capacity);
                header.set(JAVA_LONG, 24, 5);
            }
        }
        file.seal(seals.isEmpty() ? EnumSet.noneOf(OpenFile.Seal.class) : EnumSet.copyOf(seals));
        return file;
    }

    private void assertPassedOver(String what, HasDescriptor one) throws IOException {
        assertPassedOver(what, List.of(one));
    }

    private void assertPassedOver(String what, List<HasDescriptor> descriptors) throws IOException {
        try (SocketPair<StreamSocket> own = StreamSocket.pair();
                SharedMemorySocket accepter = SharedMemorySocket.accept(own.second(), NO_LIMIT)) {
            own.first().receiveTimeout(Connected.PATIENCE);
            buffer.copyFrom(MemorySegment.ofArray("hello".getBytes()));
            own.first().write(buffer, 0, 5, descriptors.toArray(HasDescriptor[]::new));
            assertEquals("hello", Shared.receive(accepter), what);
            assertFalse(accepter.isShared(), what);
            Shared.send(accepter, "world");
            assertEquals("world", Connected.receive(own.first()), what);
        } finally {
            for (HasDescriptor descriptor : descriptors) {
                descriptor.close();
            }
        }
    }

    /** The same file as in the test above, to know that it is the fault that matters there. */
    @Test
    void aFileThatIsAsItMustBeIsTaken() throws Exception {
        try (SharedMemorySocket accepter = accepter();
                OpenFile file = file(RingFile.bytes(CAPACITY), CAPACITY, SEALS)) {
            buffer.copyFrom(MemorySegment.ofArray("hello".getBytes()));
            pair.first().write(buffer, 0, 5, file);
            assertEquals("hello", Shared.receive(accepter));
            assertTrue(accepter.isShared());
        }
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        for (long capacity : List.of(0L, -1L, 65_535L, 32_768L, 65_537L, 1L << 30)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> SharedMemorySocket.offer(pair.first(), capacity));
        }
        assertThrows(IllegalArgumentException.class, () -> new SharedMemoryLimit(-1));
        try (Connected tcp = Connected.over(Address.loopback(0))) {
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> SharedMemorySocket.offer(tcp.client(), CAPACITY));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> SharedMemorySocket.accept(tcp.server(), NO_LIMIT));
        }
        try (SharedMemorySocket offerer = offerer()) {
            assertThrows(IllegalStateException.class, () -> offerer.claim(1));
            assertThrows(IllegalStateException.class, () -> offerer.awaitInput(1));
            assertThrows(IllegalStateException.class, offerer::inputMemory);
        }
    }
}
