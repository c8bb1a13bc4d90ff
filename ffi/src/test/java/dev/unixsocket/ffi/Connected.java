package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Both ends of a connection, and the listener that it came to.
 *
 * @param client the end that called connect
 * @param server the end that accept gave
 */
record Connected(StreamListener listener, StreamSocket client, StreamSocket server)
        implements AutoCloseable {

    private static final AtomicInteger NAMES = new AtomicInteger();

    /** How long a test waits for what must come. */
    static final Duration PATIENCE = Duration.ofSeconds(WatchedThread.PATIENCE_SECONDS);

    static Connected over(Address address) throws IOException {
        StreamListener listener = StreamListener.bind(address).listen(5);
        StreamSocket client = StreamSocket.connect(listener.address(), Duration.ZERO);
        return new Connected(listener, client, listener.accept());
    }

    /** Over an abstract name that nobody else has. */
    static Connected locally() throws IOException {
        return over(freeName());
    }

    static Address.AbstractName freeName() {
        return Address.abstractName(
                "unixsocket-test-%d-%d"
                        .formatted(ProcessHandle.current().pid(), NAMES.incrementAndGet()));
    }

    static void send(StreamSocket socket, String text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            MemorySegment buffer = arena.allocate(bytes.length);
            buffer.copyFrom(MemorySegment.ofArray(bytes));
            long sent = 0;
            while (sent < bytes.length) {
                sent += socket.write(buffer, sent, bytes.length - sent);
            }
        }
    }

    /** What one read brings, as text. */
    static String receive(StreamSocket socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8192);
            long count = socket.read(buffer, 0, buffer.byteSize());
            byte[] bytes = new byte[(int) count];
            MemorySegment.ofArray(bytes).copyFrom(buffer.asSlice(0, count));
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** There are no more than before; those that are garbage of other tests may go meanwhile. */
    static void assertNoneIsLeft(long before, long now) {
        if (now > before) {
            throw new AssertionError("there were " + before + ", and now there are " + now);
        }
    }

    /** How many of this process's descriptors are sockets. */
    static long openSockets() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(Connected::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
        listener.close();
    }
}
