package dev.unixsocket.services.weave;

import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.wire.FullTransfer;
import dev.unixsocket.services.wire.LingeringClose;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** Answers a request with an error, such that the client can read it to its end. */
final class ErrorResponse {

    private static final Logger LOG = System.getLogger("dev.unixsocket.weave");

    /** Longest message of an error, in bytes; its length field could say 65535. */
    private static final int MAX_MESSAGE_BYTES = 1024;

    private final Duration writeTimeout;

    /** The time is for a client to take an error, and likewise to stop sending what is not read. */
    ErrorResponse(Duration writeTimeout) {
        this.writeTimeout = writeTimeout;
    }

    /** Responds after the whole request was read. */
    void send(Connection connection, long requestId, RequestRefusedException refusal)
            throws IOException {
        LOG.log(Level.DEBUG, () -> "answered " + refusal.code() + ": " + refusal.getMessage());
        connection.deadline().end();
        connection.deadline().begin(writeTimeout);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = encode(arena, requestId, refusal);
            FullTransfer.write(connection.stream(), message, message.byteSize());
            connection.meter().sent(message.byteSize());
            connection.meter().failed(refusal.code().number());
        }
    }

    /** Responds while the client may still be sending. */
    void sendBeforeTheRequestIsRead(Connection connection, RequestRefusedException refusal)
            throws IOException {
        send(connection, 0, refusal);
        connection.deadline().end();
        LingeringClose.begin(connection.stream(), writeTimeout);
    }

    static MemorySegment encode(Arena arena, long requestId, RequestRefusedException refusal) {
        byte[] text = shorten(refusal.getMessage());
        int payload = Weve.ERROR_FIXED_BYTES + text.length;
        MemorySegment message = arena.allocate((long) Weve.HEADER_BYTES + payload);
        Weve.writeHeader(message, Weve.ERROR, payload);
        int base = Weve.HEADER_BYTES;
        Weve.u64(message, base, requestId);
        Weve.u32(message, base + 8, refusal.code().status());
        Weve.u32(message, base + 12, refusal.code().number());
        Weve.u16(message, base + 16, text.length);
        MemorySegment.copy(
                text,
                0,
                message,
                ValueLayout.JAVA_BYTE,
                base + Weve.ERROR_FIXED_BYTES,
                text.length);
        return message;
    }

    /** Cuts at a character, never inside one. */
    private static byte[] shorten(String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        if (text.length <= MAX_MESSAGE_BYTES) {
            return text;
        }
        int end = MAX_MESSAGE_BYTES;
        while ((text[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(text, end);
    }
}
