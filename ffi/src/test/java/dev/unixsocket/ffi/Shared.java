package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Both ends of a connection that goes through shared memory.
 *
 * @param offerer the side that offered
 * @param accepter the side that accepted
 */
record Shared(SharedMemorySocket offerer, SharedMemorySocket accepter) implements AutoCloseable {

    static final long CAPACITY = 65_536;
    static final SharedMemoryLimit NO_LIMIT = new SharedMemoryLimit(Long.MAX_VALUE);

    /** Over a pair, settled. */
    static Shared with(Waiting waiting, long capacity) throws IOException {
        SocketPair<StreamSocket> pair = StreamSocket.pair();
        Shared shared =
                new Shared(
                        SharedMemorySocket.offer(pair.first(), capacity).waiting(waiting),
                        SharedMemorySocket.accept(pair.second(), NO_LIMIT).waiting(waiting));
        send(shared.offerer, "offer");
        receive(shared.accepter);
        send(shared.accepter, "thanks");
        receive(shared.offerer);
        if (!shared.offerer.isShared() || !shared.accepter.isShared()) {
            throw new AssertionError("the offer was not accepted");
        }
        return shared;
    }

    static Shared with(Waiting waiting) throws IOException {
        return with(waiting, CAPACITY);
    }

    static void send(SharedMemorySocket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int sent = socket.write(bytes, 0, bytes.length);
        if (sent != bytes.length) {
            throw new AssertionError("only " + sent + " bytes were taken");
        }
    }

    /** What one read brings, as text. */
    static String receive(SharedMemorySocket socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8192);
            int count = (int) socket.read(buffer, 0, buffer.byteSize());
            byte[] bytes =
                    buffer.asSlice(0, count).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /**
     * What this process has, of which garbage of other tests may go meanwhile.
     *
     * @param sockets how many sockets
     * @param descriptors how many descriptors of rings
     * @param mappings how many mappings of rings
     */
    record Left(long sockets, long descriptors, long mappings) {

        static Left now() throws IOException {
            return new Left(Connected.openSockets(), Shared.descriptors(), Shared.mappings());
        }

        boolean isMoreLeft() throws IOException {
            Left now = now();
            return now.sockets > sockets
                    || now.descriptors > descriptors
                    || now.mappings > mappings;
        }

        void assertNothingIsLeft() throws IOException {
            if (isMoreLeft()) {
                throw new AssertionError("there was " + this + ", and now is " + now());
            }
        }
    }

    /** How many mappings of rings this process has. */
    static long mappings() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("unixsocket-rings")).count();
        }
    }

    /** How many descriptors of rings this process has. */
    static long descriptors() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(Shared::isOfRings).count();
        }
    }

    private static boolean isOfRings(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("unixsocket-rings");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Override
    public void close() {
        offerer.close();
        accepter.close();
    }
}
