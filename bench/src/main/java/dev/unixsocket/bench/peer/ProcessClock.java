package dev.unixsocket.bench.peer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The processor-time clock of another process on Linux, by clock_gettime(2): all its threads,
 * including those that have ended, in nanoseconds, where proc(5) counts in hundredths of a second.
 *
 * <p>Thread-safe.
 */
public final class ProcessClock {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** The kernel's {@code CPUCLOCK_SCHED}, as in clock_getcpuclockid(3). */
    private static final int SCHEDULED_TIME = 2;

    private static final MethodHandle CLOCK_GETTIME =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    private ProcessClock() {}

    /**
     * What the process has used so far, in user mode and in the kernel, without its children.
     *
     * @throws IOException if there is no such process
     */
    public static long nanos(long pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(2L * Long.BYTES, Long.BYTES);
            int clock = (~(int) pid << 3) | SCHEDULED_TIME;
            if ((int) CLOCK_GETTIME.invokeExact(clock, time) != 0) {
                throw new IOException("no clock of process " + pid);
            }
            return time.get(JAVA_LONG, 0) * NANOS_PER_SECOND + time.get(JAVA_LONG, Long.BYTES);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
