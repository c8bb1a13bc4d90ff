package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

/** What a memory segment that is given to the kernel must be. Stateless, thread-safe. */
final class NativeMemory {

    private NativeMemory() {}

    /**
     * Checks a part of a segment that the kernel is to read.
     *
     * @param argument the name of the segment, for the message
     * @throws IllegalArgumentException if it is not native memory
     * @throws IndexOutOfBoundsException if the part is not inside of it
     */
    static void require(MemorySegment segment, long offset, long length, String argument) {
        Objects.requireNonNull(segment, argument);
        Objects.checkFromIndexSize(offset, length, segment.byteSize());
        if (!segment.isNative()) {
            throw onHeap(argument);
        }
    }

    /**
     * As {@link #require}, for a part that the kernel is to fill.
     *
     * @throws IllegalArgumentException if it is read-only, too
     */
    static void requireWritable(MemorySegment segment, long offset, long length, String argument) {
        require(segment, offset, length, argument);
        if (segment.isReadOnly()) {
            throw readOnly(argument);
        }
    }

    /**
     * As {@link #require}, for whole segments.
     *
     * @return how many bytes they have together
     */
    static long requireAll(MemorySegment[] segments) {
        Objects.requireNonNull(segments, "buffers");
        long length = 0;
        for (MemorySegment segment : segments) {
            Objects.requireNonNull(segment, "buffer");
            require(segment, 0, segment.byteSize(), "buffer");
            length += segment.byteSize();
        }
        return length;
    }

    /** As {@link #requireAll}, for segments that the kernel is to fill. */
    static long requireAllWritable(MemorySegment[] segments) {
        long length = requireAll(segments);
        for (MemorySegment segment : segments) {
            if (segment.isReadOnly()) {
                throw readOnly("buffer");
            }
        }
        return length;
    }

    /**
     * Checks a buffer that is to be filled.
     *
     * @throws IllegalArgumentException if it is read-only
     */
    static void requireWritable(ByteBuffer buffer) {
        Objects.requireNonNull(buffer, "buffer");
        if (buffer.isReadOnly()) {
            throw readOnly("buffer");
        }
    }

    private static IllegalArgumentException onHeap(String argument) {
        return new IllegalArgumentException(
                "the %s must be native memory, such as an Arena allocates, and is on the heap"
                        .formatted(argument));
    }

    private static IllegalArgumentException readOnly(String argument) {
        return new IllegalArgumentException("the " + argument + " to read into is read-only");
    }
}
