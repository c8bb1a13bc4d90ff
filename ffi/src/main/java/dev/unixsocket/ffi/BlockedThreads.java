package dev.unixsocket.ffi;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * The platform threads that wait in a call of one socket which neither shutdown(2) nor close(2)
 * ends: connect(2) to an AF_UNIX listener whose backlog is full, accept(2) and poll(2) on a
 * listener that another process has too. They are ended by a signal that does nothing, the one with
 * which the JDK ends the calls of its channels.
 *
 * <p>Thread-safe.
 */
final class BlockedThreads {

    /** How long the first pause between two signals is, and the longest, in nanoseconds. */
    private static final long FIRST_PAUSE = 20_000;

    private static final long LONGEST_PAUSE = 1_000_000;

    private long[] threads = new long[1];
    private int count;

    /**
     * The calling thread is about to wait. It must look afterwards whether the socket has ended,
     * and only then make its call.
     */
    void enter() {
        long self;
        try (CallMemory memory = CallMemory.take()) {
            self = memory.thread();
        }
        synchronized (this) {
            if (count == threads.length) {
                threads = Arrays.copyOf(threads, 2 * count);
            }
            threads[count++] = self;
        }
    }

    /** The calling thread waits no more. */
    synchronized void leave() {
        long self;
        try (CallMemory memory = CallMemory.take()) {
            self = memory.thread();
        }
        for (int i = 0; i < count; i++) {
            if (threads[i] == self) {
                threads[i] = threads[--count];
                return;
            }
        }
    }

    /** Sends the signal once to each; one that has not begun to wait yet does not notice it. */
    synchronized boolean signal() {
        for (int i = 0; i < count; i++) {
            Syscalls.pthreadKill(threads[i], InterruptSignal.NUMBER);
        }
        return count > 0;
    }

    /** Sends the signal until nobody waits any more. */
    void endAll() {
        boolean interrupted = false;
        for (long pause = FIRST_PAUSE; signal(); pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            LockSupport.parkNanos(pause);
            interrupted |= Thread.interrupted(); // parking would not wait
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
