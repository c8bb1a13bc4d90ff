package dev.unixsocket.services.observatory;

/**
 * How much memory all bodies that are on their way take together, so that senders who have begun
 * large ones cannot use up the heap. Confined to the engine's thread.
 */
public final class BodyMemory {

    /** What each body may take without being counted: a small event is taken at all times. */
    static final int FREE_BYTES = 16 * 1024;

    private static final long MOST_BYTES = 256L * 1024 * 1024;

    /** Of the heap; the rest is for what is made of a body. */
    private static final int SHARE = 4;

    private final long limit;
    private long used;

    /** For bodies that take that many bytes together. */
    public BodyMemory(long limit) {
        this.limit = limit;
    }

    /** What this process can afford, in bytes. */
    public static long affordable() {
        return Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE);
    }

    /**
     * A body grows.
     *
     * @param from its size before, in bytes
     * @param to its size then
     * @throws RefusedException 503 if there is no room for it
     */
    void grow(int from, int to) throws RefusedException {
        long more = counted(to) - counted(from);
        if (used + more > limit) {
            throw new RefusedException(
                    Status.SERVICE_UNAVAILABLE,
                    "too many large bodies are on their way: try again later");
        }
        used += more;
    }

    /** A body of that size is gone. */
    void release(int size) {
        used -= counted(size);
    }

    private static long counted(int size) {
        return Math.max(0, size - FREE_BYTES);
    }
}
