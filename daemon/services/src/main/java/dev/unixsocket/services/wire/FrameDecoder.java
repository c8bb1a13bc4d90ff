package dev.unixsocket.services.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into frames: a length, 4 bytes, big-endian, and that many bytes.
 *
 * <p>The memory grows with the bytes that came, never with a length that was only announced, and
 * goes back to its first size after a large frame.
 *
 * <p>Confined to one thread.
 */
public final class FrameDecoder {

    /** Longest frame unless an option says otherwise, in bytes: 10 MiB. */
    public static final int DEFAULT_MAX_FRAME_BYTES = 10 * 1024 * 1024;

    /** Bytes of a length. */
    static final int LENGTH_BYTES = 4;

    private static final int FIRST_CAPACITY = 4 * 1024;
    private static final int KEPT_CAPACITY = 256 * 1024;

    private static final VarHandle LENGTH =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final int maxFrameBytes;
    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int begin;
    private int end;
    private int frameLength;

    /**
     * A decoder.
     *
     * @param maxFrameBytes longest frame that is accepted, without its length; at least 1
     */
    public FrameDecoder(int maxFrameBytes) {
        if (maxFrameBytes < 1) {
            throw new IllegalArgumentException(
                    "the longest frame must have at least 1 byte, not " + maxFrameBytes);
        }
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Takes bytes that came.
     *
     * @param source where they are; they are copied
     * @param length how many, from its beginning
     */
    public void feed(MemorySegment source, int length) {
        makeRoom(length);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, buffer, end, length);
        end += length;
    }

    /**
     * Moves to the next frame, if all of it came. It is then the {@link #frameLength} bytes of
     * {@link #array} from {@link #frameOffset}, until the next call of any method that changes the
     * decoder.
     *
     * @throws FrameException if its length is above the limit; the stream cannot be read on
     */
    public boolean next() throws FrameException {
        begin += frameLength;
        frameLength = 0;
        if (begin == end && buffer.length > KEPT_CAPACITY) {
            buffer = new byte[FIRST_CAPACITY];
            begin = 0;
            end = 0;
        }
        if (end - begin < LENGTH_BYTES) {
            return false;
        }
        int length = (int) LENGTH.get(buffer, begin);
        if (length < 0 || length > maxFrameBytes) {
            throw new FrameException(
                    "a frame of %s bytes is too long, %d are allowed"
                            .formatted(Integer.toUnsignedString(length), maxFrameBytes));
        }
        if (end - begin - LENGTH_BYTES < length) {
            return false;
        }
        begin += LENGTH_BYTES;
        frameLength = length;
        return true;
    }

    /** Whether another frame is here already, or the beginning of one that is refused. */
    public boolean hasNext() {
        int at = begin + frameLength;
        if (end - at < LENGTH_BYTES) {
            return false;
        }
        int length = (int) LENGTH.get(buffer, at);
        return length < 0 || length > maxFrameBytes || end - at - LENGTH_BYTES >= length;
    }

    /** Whether a frame has begun and is not whole. To be asked when {@link #next} said no. */
    public boolean isInsideFrame() {
        return end > begin;
    }

    /** How many bytes came that no frame has taken, the length included. */
    public int pendingBytes() {
        return end - begin;
    }

    /** The memory that the frame is in. */
    public byte[] array() {
        return buffer;
    }

    /** Where in {@link #array} the frame begins. */
    public int frameOffset() {
        return begin;
    }

    /** How many bytes it has. */
    public int frameLength() {
        return frameLength;
    }

    /** What the memory has room for, in bytes. */
    int capacity() {
        return buffer.length;
    }

    private void makeRoom(int length) {
        int used = end - begin;
        if (used > 0 && buffer.length - end < length) {
            int needed = Math.addExact(used, length);
            byte[] target =
                    needed <= buffer.length
                            ? buffer
                            : new byte[(int) Math.max(needed, Math.min(2L * used, ceiling()))];
            System.arraycopy(buffer, begin, target, 0, used);
            buffer = target;
            begin = 0;
            end = used;
        } else if (used == 0) {
            begin = 0;
            end = 0;
            if (buffer.length < length) {
                buffer = Arrays.copyOf(buffer, length);
            }
        }
    }

    /** No need to grow beyond a longest frame and what may come with its end. */
    private long ceiling() {
        return (long) maxFrameBytes + LENGTH_BYTES + KEPT_CAPACITY;
    }
}
