package dev.unixsocket.services.weave;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.wire.FullTransfer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * The requests that follow each other on one connection. One that is served is read as it is from a
 * connection of its own; the payload of one that is refused is passed over, so that the next one is
 * found where it begins.
 *
 * <p>Confined to one thread.
 */
final class RequestStream {

    /** How a request begins: magic, version, type. */
    private static final byte[] START = {0x57, 0x45, 0x56, 0x45, 0, 1, 0, 1};

    private static final int ROOM = 16 * 1024;

    /** How long the id of a request that is refused may take to follow the header. */
    private static final long ID_NANOS = 100_000_000;

    private static final long PAUSE_NANOS = 1_000_000;

    private final StreamSocket socket;
    private final MemorySegment ahead = Arena.ofAuto().allocate(ROOM);
    private int from;
    private int to;

    RequestStream(StreamSocket socket) {
        this.socket = socket;
    }

    /**
     * Reads until the piece is whole.
     *
     * @param offset where in the buffer it goes
     * @return {@code length}, or less when the stream ended before
     */
    long read(MemorySegment buffer, long offset, long length) throws IOException {
        long known = Math.min(length, to - from);
        MemorySegment.copy(ahead, from, buffer, offset, known);
        from += (int) known;
        return known + FullTransfer.read(socket, buffer, offset + known, length - known);
    }

    /**
     * The first 8 bytes of a payload whose header is refused: the request's id. They are there
     * already, or come at once; 0 if they do not, or if the next request does in their place.
     *
     * @param payloadLength what the header announces
     */
    long idAhead(long payloadLength) throws IOException {
        if (payloadLength < Long.BYTES) {
            return 0;
        }
        compact();
        long end = System.nanoTime() + ID_NANOS;
        while (to < Long.BYTES && System.nanoTime() - end < 0) {
            long got = socket.readNow(ahead, to, ROOM - to);
            if (got == 0) {
                return 0;
            }
            if (got == StreamSocket.WOULD_WAIT) {
                LockSupport.parkNanos(PAUSE_NANOS);
            } else {
                to += (int) got;
            }
        }
        return to < Long.BYTES || startsHere() == START.length ? 0 : Weve.u64(ahead, 0);
    }

    /**
     * Passes over a payload, to its end or to where the next request begins: a client may leave out
     * the payload of a header that it knows to be wrong, and the length in one whose magic is wrong
     * means nothing.
     *
     * @param length what the header announces
     */
    void skip(long length) throws IOException {
        for (long left = length; left > 0; left--) {
            int matching;
            while ((matching = startsHere()) == to - from && matching < START.length) {
                if (matching == left || !readAhead()) {
                    from = to;
                    return;
                }
            }
            if (matching == START.length) {
                return;
            }
            from++;
        }
    }

    /** How many of the next bytes are those that a request begins with. */
    private int startsHere() {
        int matching = 0;
        while (matching < START.length
                && from + matching < to
                && ahead.get(JAVA_BYTE, (long) from + matching) == START[matching]) {
            matching++;
        }
        return matching;
    }

    /** Waits for more; false at the end of the stream. */
    private boolean readAhead() throws IOException {
        compact();
        long got = socket.read(ahead, to, ROOM - to);
        to += (int) got;
        return got > 0;
    }

    private void compact() {
        MemorySegment.copy(ahead, from, ahead, 0, to - from);
        to -= from;
        from = 0;
    }
}
