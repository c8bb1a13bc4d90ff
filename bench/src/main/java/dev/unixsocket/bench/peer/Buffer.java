package dev.unixsocket.bench.peer;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Native memory that connections read into and write from, seen both ways.
 *
 * @param segment the memory
 * @param bytes the same memory, big-endian
 * @param arena what frees it
 */
record Buffer(MemorySegment segment, ByteBuffer bytes, Arena arena) implements Closeable {

    private static final int ALIGNMENT = 64;

    /** Memory from an arena, as FFM code uses it. */
    static Buffer ofArena(int size) {
        Arena arena = Arena.ofConfined();
        MemorySegment segment = arena.allocate(size, ALIGNMENT);
        return new Buffer(segment, segment.asByteBuffer(), arena);
    }

    /** A direct buffer, as NIO code uses it. */
    static Buffer direct(int size) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(size);
        return new Buffer(MemorySegment.ofBuffer(bytes), bytes, Arena.ofConfined());
    }

    @Override
    public void close() {
        arena.close();
    }
}
