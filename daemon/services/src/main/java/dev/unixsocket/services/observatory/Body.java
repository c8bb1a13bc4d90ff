package dev.unixsocket.services.observatory;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Collects the bytes of one body after the other, in pieces. Confined to one thread. */
public final class Body {

    private static final byte[] EMPTY = {};

    private final Memory memory;
    private byte[] bytes = EMPTY;
    private int length;

    /** The size that was announced, or the largest. */
    private int largest;

    public Body(Memory memory) {
        this.memory = memory;
    }

    /** A body begins. */
    public void begin(Head head) {
        largest = head.isChunked() ? Limits.BODY_BYTES : (int) head.contentLength();
    }

    /**
     * Takes bytes.
     *
     * @param most how many at most
     * @return how many it took
     * @throws RefusedException 413 if the body becomes too large, 503 if all together do
     */
    public int add(ByteBuffer in, long most) throws RefusedException {
        int count = (int) Math.min(in.remaining(), most);
        if (count > largest - length) {
            throw Limits.bodyTooLarge();
        }
        if (length + count > bytes.length) {
            // What came so far decides, not what was announced: a promise costs nothing.
            int size = Math.max(length + count, Math.min(2 * bytes.length, largest));
            memory.reserve(size);
            byte[] larger = Arrays.copyOf(bytes, size);
            memory.release(bytes.length);
            bytes = larger;
        }
        in.get(bytes, length, count);
        length += count;
        return count;
    }

    /** The whole body; this one is empty again. */
    public byte[] take() {
        byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        discard();
        return body;
    }

    /** Forgets what came. */
    public void discard() {
        memory.release(bytes.length);
        bytes = EMPTY;
        length = 0;
    }
}
