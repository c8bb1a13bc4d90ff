package dev.unixsocket.ffi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Text as messages, for tests. */
final class Messages {

    static final int ROOM = 8192;

    private Messages() {}

    static MemorySegment bytes(String text, Arena arena) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(UTF_8));
    }

    static void send(MessageSocket socket, String text, HasDescriptor... descriptors)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = bytes(text, arena);
            if (descriptors.length == 0) {
                socket.send(bytes, 0, bytes.byteSize());
            } else {
                socket.send(bytes, 0, bytes.byteSize(), descriptors);
            }
        }
    }

    static void sendTo(DatagramSocket socket, Address address, String text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = bytes(text, arena);
            socket.sendTo(address, bytes, 0, bytes.byteSize());
        }
    }

    /** The next message, or "END". */
    static String receive(MessageSocket socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(ROOM);
            return text(buffer, socket.receive(buffer, 0, ROOM));
        }
    }

    static String receive(MessageSocket socket, Ancillary into) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(ROOM);
            return text(buffer, socket.receive(buffer, 0, ROOM, into));
        }
    }

    private static String text(MemorySegment buffer, long length) {
        return length == MessageSocket.END
                ? "END"
                : new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    /** How many descriptors of this process are of sockets, memory files, processes or files. */
    static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(Messages::counts).count();
        }
    }

    private static boolean counts(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:")
                    || target.startsWith("/memfd:")
                    || target.startsWith("/tmp/")
                    || target.contains("pidfd");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
