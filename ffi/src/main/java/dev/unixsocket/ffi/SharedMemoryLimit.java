package dev.unixsocket.ffi;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much shared memory a server's connections may have together: {@link
 * SharedMemorySocket#accept} declines what is more. A connection with rings of a capacity counts 64
 * KiB and twice that, until it is closed.
 *
 * <p>Thread-safe.
 */
public final class SharedMemoryLimit {

    private final long bytes;
    private final AtomicLong used = new AtomicLong();

    /**
     * A limit.
     *
     * @param bytes for all connections together
     * @throws IllegalArgumentException if it is negative
     */
    public SharedMemoryLimit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a limit cannot be negative: " + bytes);
        }
        this.bytes = bytes;
    }

    /**
     * How many bytes connections have now.
     *
     * @return in bytes, 0 to the limit
     */
    public long used() {
        return used.get();
    }

    /** Takes as much, if it is left. */
    boolean take(long wanted) {
        long now;
        do {
            now = used.get();
            if (wanted > bytes - now) {
                return false;
            }
        } while (!used.compareAndSet(now, now + wanted));
        return true;
    }

    /** Gives back what was taken. */
    void giveBack(long taken) {
        used.addAndGet(-taken);
    }

    @Override
    public String toString() {
        return "SharedMemoryLimit[%d of %d bytes]".formatted(used(), bytes);
    }
}
