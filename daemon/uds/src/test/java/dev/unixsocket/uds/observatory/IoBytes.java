package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.StreamSocket;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Reads and writes text, a character for each byte, on a socket that waits. */
final class IoBytes {

    private final MemorySegment buffer = Arena.ofAuto().allocate(64 * 1024);
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    static void writeFully(StreamSocket socket, byte[] bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long done = 0;
            while (done < bytes.length) {
                done += socket.write(segment, done, bytes.length - done);
            }
        }
    }

    String readToEnd(StreamSocket socket) throws IOException {
        while (readSome(socket)) {}
        String text = text();
        pending.reset();
        return text;
    }

    String readUntil(StreamSocket socket, String end) throws IOException {
        int from = 0;
        while (true) {
            String text = text();
            int at = text.indexOf(end, from);
            if (at >= 0) {
                int length = at + end.length();
                byte[] rest = pending.toByteArray();
                pending.reset();
                pending.write(rest, length, rest.length - length);
                return text.substring(0, length);
            }
            from = Math.max(0, text.length() - end.length());
            if (!readSome(socket)) {
                throw new EOFException("no \"" + end + "\" in: " + text);
            }
        }
    }

    private boolean readSome(StreamSocket socket) throws IOException {
        long count = socket.read(buffer, 0, buffer.byteSize());
        pending.writeBytes(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
        return count > 0;
    }

    private String text() {
        return pending.toString(StandardCharsets.ISO_8859_1);
    }
}
