package dev.unixsocket.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** What a process says that it has used. */
class UsageTest {

    private static final long BUSY_NANOS = Duration.ofMillis(200).toNanos();

    /** The time of the calling thread on a processor. */
    private static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void keepBusy() {
        long end = threadNanos() + BUSY_NANOS;
        while (threadNanos() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatAThreadDidIsCounted() throws InterruptedException {
        Usage before = Usage.ofProcess();
        Thread busy = Thread.ofPlatform().start(UsageTest::keepBusy);
        busy.join(Duration.ofSeconds(60));
        Usage used = Usage.ofProcess().minus(before);
        assertTrue(used.processorNanos() >= BUSY_NANOS, used.toString());
        assertTrue(used.voluntarySwitches() >= 1, "this thread waited: " + used);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatTheCallingThreadDidIsNotCountedAmongTheOthers() {
        long began = System.nanoTime();
        Usage before = Usage.ofOtherThreads();
        long own = threadNanos();
        keepBusy();
        long busy = threadNanos() - own;
        Usage used = Usage.ofOtherThreads().minus(before);
        long possible =
                (System.nanoTime() - began) * Runtime.getRuntime().availableProcessors() - busy;
        assertTrue(used.processorNanos() <= possible, used + ", and " + possible + " ns were left");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessIsReadFromOutsideToo() throws IOException {
        long pid = ProcessHandle.current().pid();
        Usage before = Usage.ofOther(pid);
        keepBusy();
        Usage after = Usage.ofOther(pid);
        assertTrue(after.minus(before).processorNanos() >= BUSY_NANOS / 2, after.toString());
        assertTrue(after.voluntarySwitches() > 0, after.toString());
    }

    @Test
    void whatIsWrittenIsRead() {
        Usage usage = new Usage(1, 2, 3, 4, 5, 6);
        assertEquals(usage, Usage.parse(("usage " + usage).split(" "), 1));
    }
}
