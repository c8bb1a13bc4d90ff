package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.StreamSocket;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * The native memory through which all bytes of a readiness loop go. What was read is used before
 * the next read, so that one is enough for any number of connections. Confined to one thread.
 */
final class IoBuffer {

    private static final int BYTES = 64 * 1024;

    private final MemorySegment input = Arena.ofAuto().allocate(BYTES);
    private final ByteBuffer inputView = input.asByteBuffer();
    private final MemorySegment output = Arena.ofAuto().allocate(BYTES);

    /**
     * Reads what is there.
     *
     * @return how many bytes came, for {@link #read}; 0 at the end; {@link StreamSocket#WOULD_WAIT}
     */
    long readFrom(StreamSocket socket) throws IOException {
        return socket.readNow(input, 0, BYTES);
    }

    /** The bytes that came. */
    ByteBuffer read(long count) {
        return inputView.clear().limit((int) count);
    }

    /**
     * Writes what the socket has room for.
     *
     * @param from the first byte to write
     * @return how many bytes it took, 0 if it has no room
     */
    int writeTo(StreamSocket socket, byte[] bytes, int from) throws IOException {
        int done = from;
        while (done < bytes.length) {
            int count = Math.min(BYTES, bytes.length - done);
            MemorySegment.copy(bytes, done, output, ValueLayout.JAVA_BYTE, 0, count);
            long taken = socket.writeNow(output, 0, count);
            if (taken == StreamSocket.WOULD_WAIT) {
                break;
            }
            done += (int) taken;
        }
        return done - from;
    }
}
