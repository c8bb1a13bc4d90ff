package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.services.wire.TimedReader;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Asks a service for metadata: both sides send 8 decimal digits, the length of what follows in
 * bytes, and then a JSON object. The question is <code>00000022{"request":"metadata"}</code>.
 * Stateless, thread-safe.
 */
final class HandshakeClient {

    private static final int DIGITS = 8;
    private static final String QUESTION = "{\"request\":\"metadata\"}";

    private HandshakeClient() {}

    /**
     * Asks.
     *
     * @param limit for all of it
     * @throws IOException if there is no such answer in time
     */
    static Map<String, Object> ask(Path socket, Duration limit) throws IOException {
        Deadline deadline = Deadline.after(limit);
        try (Arena arena = Arena.ofConfined();
                StreamSocket connection =
                        StreamSocket.connect(new Address.UnixPath(socket), limit)) {
            byte[] question =
                    ("%0" + DIGITS + "d%s")
                            .formatted(QUESTION.length(), QUESTION)
                            .getBytes(StandardCharsets.US_ASCII);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, question);
            connection.write(bytes, 0, question.length);
            TimedReader reader = new TimedReader(connection);
            reader.begin(Duration.ofNanos(Math.max(1, deadline.leftNanos())));
            MemorySegment digits = read(reader, arena.allocate(DIGITS));
            MemorySegment answer = read(reader, arena.allocate(length(digits)));
            return Json.object(answer.toArray(ValueLayout.JAVA_BYTE));
        } catch (SyscallException e) {
            throw e.timedOut() ? noAnswer(limit) : e;
        }
    }

    private static int length(MemorySegment digits) throws IOException {
        String text = new String(digits.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
        if (!text.matches("[0-9]{" + DIGITS + "}")) {
            throw new IOException("the answer does not begin with " + DIGITS + " digits");
        }
        int length = Integer.parseInt(text);
        if (length == 0 || length > MetadataReader.MAX_BYTES) {
            throw new IOException("an answer of " + length + " bytes is not taken");
        }
        return length;
    }

    private static MemorySegment read(TimedReader reader, MemorySegment buffer) throws IOException {
        if (reader.readFully(buffer, 0, buffer.byteSize()) < buffer.byteSize()) {
            throw new IOException("the connection ended before the answer");
        }
        return buffer;
    }

    private static IOException noAnswer(Duration limit) {
        return new IOException("no answer within " + limit.toMillis() + " ms");
    }
}
