package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SharedMemorySocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.TimedReader;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Reads one response of a daemon. A picture that comes through shared memory is left where it is.
 *
 * <p>Confined to one thread.
 */
final class ResponseReader {

    private final ByteStream stream;
    private final Deadline deadline;
    private final TimedReader reader;

    /** A picture lives as long as somebody holds it. */
    private final Arena arena = Arena.ofAuto();

    /** Reads from a connection, for so long at most. */
    ResponseReader(ByteStream stream, Duration limit) {
        this.stream = stream;
        this.deadline = Deadline.after(limit);
        this.reader = new TimedReader(stream);
        reader.begin(limit);
    }

    /**
     * Waits for the response.
     *
     * @return a picture; valid until the connection is closed where it is {@linkplain
     *     GeneratedImage#shared shared}
     * @throws WeaveException if it is none, by type
     */
    GeneratedImage read() throws IOException {
        MemorySegment header = read(Weve.HEADER_BYTES);
        if (Weve.u32(header, 0) != Weve.MAGIC || Weve.u16(header, 4) != Weve.VERSION) {
            throw new WeaveException.BadAnswer("not a WEVE message of version " + Weve.VERSION);
        }
        long length = Weve.payloadLength(header);
        if (length > WeaveClient.MAX_PAYLOAD_BYTES) {
            throw new WeaveException.BadAnswer(
                    "a payload of %d bytes, %d are accepted"
                            .formatted(length, WeaveClient.MAX_PAYLOAD_BYTES));
        }
        int type = Weve.u16(header, 6);
        return switch (type) {
            case Weve.GENERATE_RESPONSE -> picture(length);
            case Weve.ERROR -> throw Responses.refusal(read(length));
            default -> {
                read(length);
                throw new WeaveException.BadAnswer("message type %#06x".formatted(type));
            }
        };
    }

    private GeneratedImage picture(long length) throws IOException {
        long pixels = length - Weve.RESPONSE_FIXED_BYTES;
        if (pixels > 0
                && stream instanceof SharedMemorySocket memory
                && memory.isShared()
                && pixels <= memory.inputMemory().byteSize() / 2) {
            MemorySegment fixed = read(Weve.RESPONSE_FIXED_BYTES);
            return Responses.image(fixed, awaitInPlace(memory, pixels), true);
        }
        return Responses.image(read(length));
    }

    private MemorySegment awaitInPlace(SharedMemorySocket memory, long length) throws IOException {
        try {
            memory.receiveTimeout(Duration.ofNanos(Math.max(1, deadline.leftNanos())));
            if (memory.awaitInput(length) < length) {
                throw new WeaveException.ConnectionClosed();
            }
            return memory.inputMemory().asSlice(memory.inputOffset(), length);
        } catch (SyscallException e) {
            throw failure(e);
        }
    }

    private MemorySegment read(long length) throws IOException {
        MemorySegment piece = arena.allocate(length);
        try {
            if (reader.readFully(piece, 0, length) < length) {
                throw new WeaveException.ConnectionClosed();
            }
            return piece;
        } catch (SyscallException e) {
            throw failure(e);
        }
    }

    private static IOException failure(SyscallException e) {
        if (e.timedOut()) {
            return new WeaveException.ReadTimeout(e);
        }
        return goneAway(e) ? new WeaveException.ConnectionClosed() : e;
    }

    /** Whether the daemon has closed the connection. */
    static boolean goneAway(SyscallException e) {
        return e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET;
    }
}
