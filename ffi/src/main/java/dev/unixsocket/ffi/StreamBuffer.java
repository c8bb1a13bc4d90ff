package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory between an array and a socket. Made at its first use, and made larger for those who
 * move more at once. Confined to whoever holds the stream's lock.
 */
final class StreamBuffer {

    private static final int SMALL = 8 * 1024;
    private static final int LARGE = 64 * 1024;

    private MemorySegment memory = MemorySegment.NULL;

    /** Memory for so many bytes, or for as many as move at once. */
    MemorySegment forBytes(int count) {
        int wanted = count > SMALL ? LARGE : SMALL;
        if (memory.byteSize() < wanted) {
            memory = Arena.ofAuto().allocate(wanted);
        }
        return memory;
    }

    static void copy(MemorySegment from, byte[] to, int offset, int count) {
        MemorySegment.copy(from, JAVA_BYTE, 0, to, offset, count);
    }

    static void copy(byte[] from, int offset, MemorySegment to, int count) {
        MemorySegment.copy(from, offset, to, JAVA_BYTE, 0, count);
    }
}
