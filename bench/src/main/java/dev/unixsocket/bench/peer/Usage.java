package dev.unixsocket.bench.peer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.management.ThreadMXBean;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process has used so far: its heap and its compilers' time by the JVM's own counters, the
 * rest by getrusage(2).
 *
 * @param allocatedBytes bytes allocated on the Java heap
 * @param userNanos processor time in user mode
 * @param systemNanos processor time in the kernel
 * @param voluntarySwitches how often a thread gave up its core to wait
 * @param involuntarySwitches how often a thread was taken off its core
 * @param compilingMillis how long the JVM's compilers have worked; 0 of a process that has none
 */
public record Usage(
        long allocatedBytes,
        long userNanos,
        long systemNanos,
        long voluntarySwitches,
        long involuntarySwitches,
        long compilingMillis) {

    /** Nothing. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();
    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");
    private static final int RUSAGE_SELF = 0;
    private static final int RUSAGE_THREAD = 1;
    private static final int RUSAGE_CHILDREN = -1;

    /** {@code struct rusage}: two of {@code struct timeval}, and 14 of {@code long}. */
    private static final int RUSAGE_BYTES = 144;

    /** In proc(5)'s stat, behind the name: hundredths of a second in the kernel. */
    private static final int STIME = 12;

    private static final long NANOS_PER_TICK = 10_000_000;
    private static final int SYSTEM_TIME = 16;
    private static final int VOLUNTARY = 128;
    private static final int INVOLUNTARY = 136;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MICRO = 1000;

    private static final MethodHandle GETRUSAGE =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("getrusage"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    /** Of all threads of this process. */
    static Usage ofProcess() {
        return getrusage(
                RUSAGE_SELF, THREADS.getTotalThreadAllocatedBytes(), compilingMillisSoFar());
    }

    /**
     * Of all threads of this process but the calling one, whose processor time counts all the same
     * where the system does not tell it apart.
     */
    static Usage ofOtherThreads() {
        long bytes =
                THREADS.getTotalThreadAllocatedBytes() - THREADS.getCurrentThreadAllocatedBytes();
        Usage all = getrusage(RUSAGE_SELF, bytes, compilingMillisSoFar());
        return LINUX ? all.minus(getrusage(RUSAGE_THREAD, 0, 0)) : all;
    }

    private static long compilingMillisSoFar() {
        return COMPILERS == null ? 0 : COMPILERS.getTotalCompilationTime();
    }

    /** Of the processes that this one started, and theirs, as far as they have ended. */
    public static Usage ofEndedChildren() {
        return getrusage(RUSAGE_CHILDREN, 0, 0);
    }

    /**
     * Of all threads of another process, by its own clock and proc(5); its heap and its compilers
     * are not told, and switches are those of threads that have not ended. Linux.
     */
    static Usage ofOther(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long systemNanos = Long.parseLong(fields[STIME]) * NANOS_PER_TICK;
        long voluntary = 0;
        long involuntary = 0;
        try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
            for (Path task : tasks.toList()) {
                for (String line : linesOf(task.resolve("status"))) {
                    if (line.startsWith("voluntary_ctxt_switches:")) {
                        voluntary += lastNumber(line);
                    } else if (line.startsWith("nonvoluntary_ctxt_switches:")) {
                        involuntary += lastNumber(line);
                    }
                }
            }
        }
        long userNanos = ProcessClock.nanos(pid) - systemNanos;
        return new Usage(0, userNanos, systemNanos, voluntary, involuntary, 0);
    }

    /** None of a thread that has ended since it was listed. */
    private static List<String> linesOf(Path status) {
        try {
            return Files.readAllLines(status);
        } catch (IOException ended) {
            return List.of();
        }
    }

    private static long lastNumber(String line) {
        return Long.parseLong(line.substring(line.lastIndexOf('\t') + 1));
    }

    private static Usage getrusage(int who, long allocatedBytes, long compilingMillis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(RUSAGE_BYTES, Long.BYTES);
            if ((int) GETRUSAGE.invokeExact(who, usage) != 0) {
                throw new IllegalStateException("getrusage failed");
            }
            return new Usage(
                    allocatedBytes,
                    nanos(usage, 0),
                    nanos(usage, SYSTEM_TIME),
                    usage.get(JAVA_LONG, VOLUNTARY),
                    usage.get(JAVA_LONG, INVOLUNTARY),
                    compilingMillis);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** Of a {@code struct timeval}, whose second member has four bytes on macOS, in eight. */
    private static long nanos(MemorySegment usage, int timeval) {
        return usage.get(JAVA_LONG, timeval) * NANOS_PER_SECOND
                + usage.get(JAVA_INT, timeval + Long.BYTES) * NANOS_PER_MICRO;
    }

    /** As {@link #toString} writes it: the words from that one on. */
    public static Usage parse(String[] words, int first) {
        return new Usage(
                Long.parseLong(words[first]),
                Long.parseLong(words[first + 1]),
                Long.parseLong(words[first + 2]),
                Long.parseLong(words[first + 3]),
                Long.parseLong(words[first + 4]),
                Long.parseLong(words[first + 5]));
    }

    /** What was used since an earlier reading. */
    public Usage minus(Usage earlier) {
        return new Usage(
                allocatedBytes - earlier.allocatedBytes,
                userNanos - earlier.userNanos,
                systemNanos - earlier.systemNanos,
                voluntarySwitches - earlier.voluntarySwitches,
                involuntarySwitches - earlier.involuntarySwitches,
                compilingMillis - earlier.compilingMillis);
    }

    /** Both together. */
    public Usage plus(Usage other) {
        return minus(NONE.minus(other));
    }

    /** Processor time in nanoseconds. */
    public long processorNanos() {
        return userNanos + systemNanos;
    }

    /**
     * For the other end of a pipe: {@code ALLOCATED USER SYSTEM VOLUNTARY INVOLUNTARY COMPILING}.
     */
    @Override
    public String toString() {
        return allocatedBytes
                + " "
                + userNanos
                + " "
                + systemNanos
                + " "
                + voluntarySwitches
                + " "
                + involuntarySwitches
                + " "
                + compilingMillis;
    }
}
