package dev.unixsocket.bench.peer;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;

/** How much this process has allocated on the Java heap, by the JVM's own counters. */
final class HeapAllocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private HeapAllocation() {}

    /** Bytes by all threads so far. */
    static long byAllThreads() {
        return THREADS.getTotalThreadAllocatedBytes();
    }

    /** Bytes by all threads but the calling one so far. */
    static long byOtherThreads() {
        return THREADS.getTotalThreadAllocatedBytes() - THREADS.getCurrentThreadAllocatedBytes();
    }
}
