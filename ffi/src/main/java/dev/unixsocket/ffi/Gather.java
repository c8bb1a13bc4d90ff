package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes to a socket from what is not one native segment, as {@link Scatter} reads.
 *
 * <p>Thread-safe.
 */
final class Gather {

    /** How much of several buffers on the heap is put together for one call. */
    private static final int CHUNK = 64 * 1024;

    private final StreamSocket socket;
    private final AtomicReference<IoVector> vector = new AtomicReference<>();
    private final AtomicReference<ArrayCopy> copy = new AtomicReference<>();
    private DirectView last;

    Gather(StreamSocket socket) {
        this.socket = socket;
    }

    /** See {@link StreamSocket#write(MemorySegment[])}. */
    long write(MemorySegment[] segments) throws IOException {
        long length = NativeMemory.requireAll(segments);
        IoVector mine = vector.getAndSet(null);
        if (mine == null) {
            mine = new IoVector.Writes();
        }
        mine.of(segments);
        try {
            return socket.write(mine, MemorySegment.NULL, 0, length);
        } finally {
            mine.forget();
            vector.setRelease(mine);
        }
    }

    /** See {@link StreamSocket#write(byte[], int, int)}. */
    int write(byte[] array, int offset, int length) throws IOException {
        Objects.requireNonNull(array, "array");
        Objects.checkFromIndexSize(offset, length, array.length);
        ArrayCopy mine = copy.getAndSet(null);
        if (mine == null) {
            mine = new ArrayCopy.Writes();
        }
        mine.of(array);
        try {
            return (int) socket.write(mine, MemorySegment.NULL, offset, length);
        } finally {
            mine.of(null);
            copy.setRelease(mine);
        }
    }

    /** See {@link StreamSocket#write(ByteBuffer)}. */
    int write(ByteBuffer buffer) throws IOException {
        Objects.requireNonNull(buffer, "buffer");
        int position = buffer.position();
        int length = buffer.remaining();
        int count;
        if (buffer.isDirect()) {
            count = (int) socket.write(memory(buffer), position, length);
        } else if (buffer.hasArray()) {
            count = write(buffer.array(), buffer.arrayOffset() + position, length);
        } else {
            return (int) writeChunks(new ByteBuffer[] {buffer}, 0, 1);
        }
        buffer.position(position + count);
        return count;
    }

    /** See {@link StreamSocket#write(ByteBuffer[], int, int)}. */
    long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
        Objects.requireNonNull(buffers, "buffers");
        Objects.checkFromIndexSize(offset, length, buffers.length);
        boolean direct = true;
        for (int i = offset; i < offset + length; i++) {
            direct &= Objects.requireNonNull(buffers[i], "buffer").isDirect();
        }
        if (!direct) {
            return writeChunks(buffers, offset, length);
        }
        long count = write(segments(buffers, offset, length));
        advance(buffers, offset, count);
        return count;
    }

    /** Puts bytes of several buffers together in an array, for as few calls as can be. */
    private long writeChunks(ByteBuffer[] buffers, int offset, int length) throws IOException {
        long left = 0;
        for (int i = offset; i < offset + length; i++) {
            left += buffers[i].remaining();
        }
        byte[] chunk = new byte[(int) Math.min(left, CHUNK)];
        long done = 0;
        do {
            int filled = fill(chunk, buffers, offset, length);
            int count = write(chunk, 0, filled);
            advance(buffers, offset, count);
            done += count;
            left -= count;
            if (count < filled) {
                break;
            }
        } while (left > 0);
        return done;
    }

    private static int fill(byte[] chunk, ByteBuffer[] buffers, int offset, int length) {
        int filled = 0;
        for (int i = offset; i < offset + length && filled < chunk.length; i++) {
            ByteBuffer buffer = buffers[i];
            int count = Math.min(buffer.remaining(), chunk.length - filled);
            buffer.get(buffer.position(), chunk, filled, count);
            filled += count;
        }
        return filled;
    }

    /** What remains of direct buffers. */
    static MemorySegment[] segments(ByteBuffer[] buffers, int offset, int length) {
        MemorySegment[] segments = new MemorySegment[length];
        for (int i = 0; i < length; i++) {
            segments[i] = MemorySegment.ofBuffer(buffers[offset + i]);
        }
        return segments;
    }

    /** Moves the positions of buffers past so many bytes. */
    static void advance(ByteBuffer[] buffers, int offset, long count) {
        long left = count;
        for (int i = offset; left > 0; i++) {
            int step = (int) Math.min(left, buffers[i].remaining());
            buffers[i].position(buffers[i].position() + step);
            left -= step;
        }
    }

    private MemorySegment memory(ByteBuffer buffer) {
        DirectView view = DirectView.of(buffer, last);
        last = view;
        return view.memory();
    }
}
