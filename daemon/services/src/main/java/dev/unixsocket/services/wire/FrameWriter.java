package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * Writes frames to a socket: those that are collected with {@link #add} leave with one send(2)
 * where there is room for them.
 *
 * <p>Confined to one thread.
 */
public final class FrameWriter {

    /** From so many bytes on, what was collected is worth a call. */
    private static final int BATCH_BYTES = 128 * 1024;

    private final ByteStream socket;
    private final Duration limit;
    private boolean limitIsSet;
    private GrowingBuffer buffer = new GrowingBuffer(4 * 1024);
    private int length;

    /**
     * A writer; from now on it sets the socket's send timeout.
     *
     * @param limit how long the peer may take to accept what one {@link #flush} writes, all of it;
     *     zero means no limit
     */
    public FrameWriter(ByteStream socket, Duration limit) {
        this.socket = socket;
        this.limit = limit;
    }

    /** Whether {@link #flush} should come before the next {@link #add}. */
    public boolean isFull() {
        return length >= BATCH_BYTES;
    }

    /**
     * Collects a frame.
     *
     * @param frame with its length, as {@link MessagePackCodec#encodeFrame} makes it
     */
    public void add(byte[] frame) {
        MemorySegment target = buffer.grow(Math.addExact(length, frame.length));
        MemorySegment.copy(frame, 0, target, ValueLayout.JAVA_BYTE, length, frame.length);
        length += frame.length;
    }

    /**
     * Writes what was collected.
     *
     * @throws SyscallException {@link SyscallException#timedOut} when the peer did not take it in
     *     time: the stream is then broken; {@code EPIPE} when the peer is gone
     */
    public void flush() throws IOException {
        if (length == 0) {
            return;
        }
        if (!limitIsSet) {
            socket.sendTimeout(limit);
            limitIsSet = true;
        }
        int bytes = length;
        length = 0;
        if (socket.write(buffer.segment(), 0, bytes) < bytes) {
            throw new SyscallException("send", -Errno.EAGAIN.number(), socket.address());
        }
        if (buffer.segment().byteSize() > 2 * BATCH_BYTES) {
            buffer = new GrowingBuffer(BATCH_BYTES); // a large frame was rare; give it back
        }
    }
}
