package dev.unixsocket.ffi;

import java.lang.foreign.Arena;

/**
 * What a connection with rings has mapped, and its share of a limit; given back once.
 *
 * <p>Thread-safe.
 */
final class RingMemory implements Runnable {

    private final Arena arena = Arena.ofShared();
    private final SharedMemoryLimit limit;
    private long taken;
    private boolean over;

    /**
     * Nothing, yet.
     *
     * @param limit null for none
     */
    RingMemory(SharedMemoryLimit limit) {
        this.limit = limit;
    }

    Arena arena() {
        return arena;
    }

    /** Takes a share of the limit; false if it is not left. */
    synchronized boolean take(long bytes) {
        if (over || limit != null && !limit.take(bytes)) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /**
     * Unmaps. A part that another call is using, such as a write of it to another socket, keeps the
     * memory mapped until this is called again.
     */
    @Override
    public synchronized void run() {
        if (over) {
            return;
        }
        try {
            arena.close();
        } catch (IllegalStateException inUse) {
            return;
        }
        over = true;
        if (limit != null) {
            limit.giveBack(taken);
        }
    }
}
