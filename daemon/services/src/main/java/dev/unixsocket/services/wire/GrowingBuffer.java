package dev.unixsocket.services.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory that is reused from message to message and grows to the largest that came. Confined
 * to one thread.
 */
public final class GrowingBuffer {

    private static final long ALIGNMENT = 8;

    private MemorySegment segment;

    /** A buffer of that many bytes. */
    public GrowingBuffer(long bytes) {
        segment = allocate(bytes);
    }

    /** The memory; valid until {@link #grow} makes it larger. */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Makes room for at least that many bytes and keeps what is there.
     *
     * @return the memory
     */
    public MemorySegment grow(long bytes) {
        if (segment.byteSize() < bytes) {
            MemorySegment larger = allocate(Math.max(bytes, 2 * segment.byteSize()));
            larger.copyFrom(segment);
            segment = larger;
        }
        return segment;
    }

    private static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, ALIGNMENT);
    }
}
