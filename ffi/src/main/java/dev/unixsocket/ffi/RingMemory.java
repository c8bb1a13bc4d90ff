package dev.unixsocket.ffi;

import java.lang.foreign.Arena;

/**
 * What a connection with rings has mapped, and its share of a limit; given back once.
 *
 * <p>Thread-safe.
 */
final class RingMemory implements Runnable {

    private final SharedMemoryLimit limit;

    /** Null until there is something to map: to close one stops all threads for a moment. */
    private Arena arena;

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

    /** What is mapped ends with it; closed once this has run. */
    synchronized Arena arena() {
        if (arena == null) {
            arena = Arena.ofShared();
            if (over) {
                arena.close();
            }
        }
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
            if (arena != null) {
                arena.close();
            }
        } catch (IllegalStateException inUse) {
            return;
        }
        over = true;
        if (limit != null) {
            limit.giveBack(taken);
        }
    }
}
