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
            memory.grow(bytes.length, size);
            bytes = Arrays.copyOf(bytes, size);
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

    /**
     * How much memory all bodies that are on their way take together, so that senders who have
     * begun large ones cannot use up the heap. Confined to the engine's thread.
     */
    public static final class Memory {

        /** What each body may take without being counted: a small event is taken at all times. */
        private static final int FREE_BYTES = 16 * 1024;

        private static final long MOST_BYTES = 256L * 1024 * 1024;

        /** Of the heap; the rest is for what is made of a body. */
        private static final int SHARE = 4;

        private final long limit;
        private long used;

        /** For bodies that take that many bytes together. */
        public Memory(long limit) {
            this.limit = limit;
        }

        /** What this process can afford, in bytes. */
        public static long affordable() {
            return Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE);
        }

        private void grow(int from, int to) throws RefusedException {
            long more = counted(to) - counted(from);
            if (used + more > limit) {
                throw new RefusedException(
                        Status.SERVICE_UNAVAILABLE,
                        "too many large bodies are on their way: try again later");
            }
            used += more;
        }

        private void release(int size) {
            used -= counted(size);
        }

        private static long counted(int size) {
            return Math.max(0, size - FREE_BYTES);
        }
    }
}
