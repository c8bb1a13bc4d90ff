package dev.unixsocket.daemon.observatory;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Collects the bytes of a body, which come in pieces. Confined to one thread. */
final class Body {

    private static final byte[] EMPTY = {};

    private byte[] bytes = EMPTY;
    private int length;

    /**
     * Takes bytes.
     *
     * @param most how many at most
     * @return how many it took
     * @throws RefusedException 413 if the body becomes too large
     */
    int add(ByteBuffer in, long most) throws RefusedException {
        int count = (int) Math.min(in.remaining(), most);
        if (count > Limits.BODY_BYTES - length) {
            throw Limits.bodyTooLarge();
        }
        if (length + count > bytes.length) {
            // What came so far decides, not what was announced: a promise costs nothing.
            bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
        }
        in.get(bytes, length, count);
        length += count;
        return count;
    }

    /** The whole body; this one is empty again. */
    byte[] take() {
        byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        bytes = EMPTY;
        length = 0;
        return body;
    }
}
