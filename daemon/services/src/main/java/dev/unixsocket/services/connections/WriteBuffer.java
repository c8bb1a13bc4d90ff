package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.StandardStream;
import dev.unixsocket.ffi.SyscallException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The native memory from which an {@link OutputWriter} writes. Confined to one thread. */
final class WriteBuffer {

    private static final int BYTES = 128 * 1024;

    /** Null until it is needed: most programs end before. */
    private MemorySegment bytes;

    private long length;

    /** Forgets what is in it. */
    void begin(boolean withLineFeed) {
        if (bytes == null) {
            bytes = Arena.ofAuto().allocate(BYTES);
        }
        length = withLineFeed ? 1 : 0;
        bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) '\n');
    }

    /** Whether all of so many bytes would fit. */
    boolean hasRoom(int count) {
        return count <= BYTES - length;
    }

    /** Adds as many of these bytes as fit. */
    void add(byte[] frame, int from) {
        int count = (int) Math.min(frame.length - from, BYTES - length);
        MemorySegment.copy(frame, from, bytes, ValueLayout.JAVA_BYTE, length, count);
        length += count;
    }

    /**
     * One write(2) of what there is room for.
     *
     * @return how many bytes were taken
     */
    long writeTo(StandardStream stream) throws SyscallException {
        return length == 0 ? 0 : stream.write(bytes, 0, length);
    }
}
