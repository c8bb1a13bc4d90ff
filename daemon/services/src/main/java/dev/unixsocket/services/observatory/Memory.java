package dev.unixsocket.services.observatory;

import dev.unixsocket.services.connections.OutboundQueue;

/**
 * How much memory the connections make the service use, counted together: heads and bodies on their
 * way, events while they are made and until they are written, what waits for readers. Those who
 * send much cannot use up the heap so.
 *
 * <p>What is large leaves a part for what is small, so that a small event is taken while large ones
 * are refused. Thread-safe.
 */
public final class Memory {

    /** What is no larger is small, in bytes. */
    static final int SMALL_BYTES = 16 * 1024;

    /** What a connection takes that has sent nothing, in bytes: its objects in either engine. */
    public static final int CONNECTION_BYTES = 4 * 1024;

    private static final long MOST_BYTES = 256L * 1024 * 1024;

    /** Of the heap; the rest is for everything else. */
    private static final int SHARE = 4;

    /** Of all: for what is small. */
    private static final int SMALL_SHARE = 8;

    /** Of all: for what waits for readers. */
    private static final int READERS_SHARE = 4;

    private final long limit;
    private long used;
    private long usedByReaders;

    /** For requests and events that take that many bytes together. */
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
        if (!take(bytes)) {
            throw new RefusedException(
                    Status.SERVICE_UNAVAILABLE,
                    "the requests on their way need too much memory: try again later");
        }
    }

    /** Takes some more; returns false if there is not so much left. */
    public synchronized boolean take(long bytes) {
        long most = bytes > SMALL_BYTES ? limit - limit / SMALL_SHARE : limit;
        if (used + bytes > most) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Gives some back. */
    public synchronized void release(long bytes) {
        used -= bytes;
    }

    /** What is taken now. */
    synchronized long used() {
        return used;
    }

    /** The part that is for what waits for readers. */
    public OutboundQueue.Budget ofReaders() {
        return new OutboundQueue.Budget() {
            @Override
            public boolean take(long bytes) {
                return takeForReaders(bytes);
            }

            @Override
            public void add(long bytes) {
                addForReaders(bytes);
            }

            @Override
            public void give(long bytes) {
                addForReaders(-bytes);
            }
        };
    }

    private synchronized boolean takeForReaders(long bytes) {
        if (usedByReaders + bytes > limit / READERS_SHARE || !take(bytes)) {
            return false;
        }
        usedByReaders += bytes;
        return true;
    }

    private synchronized void addForReaders(long bytes) {
        usedByReaders += bytes;
        used += bytes;
    }
}
