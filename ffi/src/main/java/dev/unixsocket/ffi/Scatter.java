package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads of a socket into what is not one native segment: several, arrays, {@link ByteBuffer}s.
 * Keeps what a read needs for the next one, which then allocates nothing.
 *
 * <p>Thread-safe.
 */
final class Scatter {

    private final StreamSocket socket;
    private final AtomicReference<IoVector> vector = new AtomicReference<>();
    private final AtomicReference<ArrayCopy> copy = new AtomicReference<>();
    private DirectView last;

    Scatter(StreamSocket socket) {
        this.socket = socket;
    }

    /** See {@link StreamSocket#read(MemorySegment[])}. */
    long read(MemorySegment[] segments) throws IOException {
        long room = NativeMemory.requireAllWritable(segments);
        if (room == 0) {
            return 0;
        }
        IoVector mine = vector.getAndSet(null);
        if (mine == null) {
            mine = new IoVector.Reads();
        }
        mine.of(segments);
        try {
            return socket.read("read", mine, MemorySegment.NULL, 0, room);
        } finally {
            mine.forget();
            vector.setRelease(mine);
        }
    }

    /** See {@link StreamSocket#read(byte[], int, int)}. */
    int read(byte[] array, int offset, int length) throws IOException {
        Objects.requireNonNull(array, "array");
        Objects.checkFromIndexSize(offset, length, array.length);
        if (length == 0) {
            return 0;
        }
        ArrayCopy mine = copy.getAndSet(null);
        if (mine == null) {
            mine = new ArrayCopy.Reads();
        }
        mine.of(array);
        try {
            return (int) socket.read("read", mine, MemorySegment.NULL, offset, length);
        } finally {
            mine.of(null);
            copy.setRelease(mine);
        }
    }

    /** See {@link StreamSocket#read(ByteBuffer)}. */
    int read(ByteBuffer buffer) throws IOException {
        NativeMemory.requireWritable(buffer);
        int position = buffer.position();
        int count;
        if (buffer.isDirect()) {
            int room = buffer.remaining();
            MemorySegment memory = memory(buffer);
            count = room == 0 ? 0 : (int) socket.read(memory, position, room);
        } else {
            int offset = buffer.arrayOffset() + position;
            count = read(buffer.array(), offset, buffer.remaining());
        }
        buffer.position(position + count);
        return count;
    }

    /**
     * See {@link StreamSocket#read(ByteBuffer[], int, int)}. With one of them on the heap, the
     * first with room is waited for and the others take what is there.
     */
    long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
        Objects.requireNonNull(buffers, "buffers");
        Objects.checkFromIndexSize(offset, length, buffers.length);
        boolean direct = true;
        for (int i = offset; i < offset + length; i++) {
            NativeMemory.requireWritable(buffers[i]);
            direct &= buffers[i].isDirect();
        }
        if (direct) {
            long count = read(Gather.segments(buffers, offset, length));
            Gather.advance(buffers, offset, count);
            return count;
        }
        long done = 0;
        for (int i = offset; i < offset + length; i++) {
            if (buffers[i].hasRemaining()) {
                if (done > 0 && socket.available() == 0) {
                    break;
                }
                done += read(buffers[i]);
                if (buffers[i].hasRemaining()) {
                    break;
                }
            }
        }
        return done;
    }

    private MemorySegment memory(ByteBuffer buffer) {
        DirectView view = DirectView.of(buffer, last);
        last = view;
        return view.memory();
    }
}
