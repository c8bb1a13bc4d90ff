package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.ByteStream;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Reads and writes that go on until the last byte, under the timeouts that the socket has. */
public final class FullTransfer {

    private FullTransfer() {}

    /**
     * Reads until the piece is whole: one read(2) when it is there.
     *
     * @param buffer native memory
     * @param offset where the piece goes
     * @param length of the piece, in bytes
     * @return {@code length}, or less when the stream ended before
     */
    public static long read(ByteStream socket, MemorySegment buffer, long offset, long length)
            throws IOException {
        long done = 0;
        while (done < length) {
            long got = socket.read(buffer, offset + done, length - done);
            if (got == 0) {
                break;
            }
            done += got;
        }
        return done;
    }

    /**
     * Writes until the last byte is taken: one write(2) unless it is interrupted.
     *
     * @param buffer native memory
     * @param length how many bytes from its beginning
     */
    public static void write(ByteStream socket, MemorySegment buffer, long length)
            throws IOException {
        long done = 0;
        while (done < length) {
            done += socket.write(buffer, done, length - done);
        }
    }
}
