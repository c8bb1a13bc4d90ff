package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The native memory that bytes of the heap are copied through. Nobody else has it between {@link
 * #take} and {@link #close}.
 *
 * <p>A platform thread that copies has one of its own for as long as it lives. A virtual thread
 * borrows one for a call that does not wait, so that a million of them need no more than a few.
 */
final class CopyMemory implements AutoCloseable {

    private static final int SMALL = 8 * 1024;
    private static final int LARGE = 64 * 1024;

    private static final ThreadLocal<CopyMemory> OF_PLATFORM_THREAD =
            ThreadLocal.withInitial(() -> new CopyMemory(-1));

    /** How many virtual threads can copy at once without one that allocates; a power of two. */
    private static final int LENDABLE = 64;

    /** What virtual threads borrow; null where it is lent, or was never needed. */
    private static final AtomicReferenceArray<CopyMemory> SHELF =
            new AtomicReferenceArray<>(LENDABLE);

    /** The place on the shelf that it goes back to; -1 for that of a platform thread. */
    private final int place;

    private MemorySegment memory = MemorySegment.NULL;

    private CopyMemory(int place) {
        this.place = place;
    }

    /** For the calling thread, until {@link #close}. */
    static CopyMemory take() {
        Thread current = Thread.currentThread();
        if (!current.isVirtual()) {
            return OF_PLATFORM_THREAD.get();
        }
        int place = (int) current.threadId() & (LENDABLE - 1);
        CopyMemory lent = SHELF.getAndSet(place, null);
        return lent != null ? lent : new CopyMemory(place);
    }

    /** Gives it back. Of two that belong in one place the second is garbage. */
    @Override
    public void close() {
        if (place >= 0) {
            SHELF.setRelease(place, this);
        }
    }

    /** Memory for so many bytes, or for the 64 KiB that are copied at once. */
    MemorySegment forBytes(long count) {
        int wanted = count > SMALL ? LARGE : SMALL;
        if (memory.byteSize() < wanted) {
            memory = Arena.ofAuto().allocate(wanted);
        }
        return memory;
    }
}
