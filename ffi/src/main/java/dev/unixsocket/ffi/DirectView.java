package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The memory of a direct buffer. Who reads or writes one again and again would allocate a segment
 * each time, so a socket keeps that of the last one.
 *
 * @param buffer whose memory it is
 * @param memory from its beginning to its capacity
 */
record DirectView(ByteBuffer buffer, MemorySegment memory) {

    /** That of a buffer: the last one, if it is of the same. */
    static DirectView of(ByteBuffer buffer, DirectView last) {
        return last != null && last.buffer == buffer
                ? last
                : new DirectView(buffer, MemorySegment.ofBuffer(buffer.duplicate().clear()));
    }
}
