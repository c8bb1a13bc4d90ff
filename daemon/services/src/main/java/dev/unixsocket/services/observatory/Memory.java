package dev.unixsocket.services.observatory;

/**
 * How much memory all requests on their way take together, and the event that is made of one, so
 * that those who send much cannot use up the heap. Confined to the engine's thread.
 */
public final class Memory {

    /** What each body may take without being counted: a small event is taken at all times. */
    static final int FREE_BODY_BYTES = 16 * 1024;

    /** Likewise, each head. */
    private static final int FREE_HEAD_BYTES = 4 * 1024;

    private static final long MOST_BYTES = 256L * 1024 * 1024;

    /** Of the heap; the rest is for everything else. */
    private static final int SHARE = 4;

    /** An event is its body as text, and as it is written, which may be escaped. */
    private static final int EVENT_BYTES_PER_BYTE = 8;

    /** What a value takes in the tree of an event. */
    private static final int EVENT_BYTES_PER_VALUE = 72;

    private final long limit;
    private long used;

    /** For requests that take that many bytes together. */
    Memory(long limit) {
        this.limit = limit;
    }

    /** What this process can afford, in bytes. */
    public static long affordable() {
        return Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE);
    }

    /**
     * Takes some more.
     *
     * @throws RefusedException 503 if there is not so much left
     */
    public void reserve(long bytes) throws RefusedException {
        if (used + bytes > limit) {
            throw new RefusedException(
                    Status.SERVICE_UNAVAILABLE,
                    "the requests on their way need too much memory: try again later");
        }
        used += bytes;
    }

    /** Gives some back. */
    public void release(long bytes) {
        used -= bytes;
    }

    /** What of a head is counted. */
    public static int ofHead(int bytes) {
        return Math.max(0, bytes - FREE_HEAD_BYTES);
    }

    /** What the event may take that is made of a body. */
    static long ofEvent(byte[] body) {
        if (body.length <= FREE_BODY_BYTES) {
            return 0;
        }
        long values = 0;
        for (byte b : body) {
            if (b == ',' || b == ':' || b == '[' || b == '{') {
                values++;
            }
        }
        return (long) EVENT_BYTES_PER_BYTE * body.length
                + EVENT_BYTES_PER_VALUE * Math.min(values, JsonTree.MAX_VALUES);
    }
}
