package dev.unixsocket.uds.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process of the distribution uses, after full garbage collections and after malloc(3) has
 * given back what it keeps.
 *
 * @param residentKib memory that is in use, as the kernel counts it: {@code VmRSS}
 * @param heapKib objects that are reachable
 * @param descriptors open ones
 * @param threads without those that compile: Java starts and ends them as there is work
 */
record Footprint(long residentKib, long heapKib, long descriptors, long threads) {

    /** Java's counters of reachable objects differ by caches and by what is under way. */
    private static final long HEAP_TOLERANCE_KIB = 2048;

    /** Compiled code, and the buffers of workers, grow for longer than the first part lasts. */
    private static final double RESIDENT_TOLERANCE = 1.25;

    /** A connection that was accepted a moment before the count. */
    private static final long DESCRIPTOR_TOLERANCE = 1;

    /** Carriers of virtual threads, which end when there is nothing to do. */
    private static final long THREAD_TOLERANCE = 3;

    /** A heap that became smaller is given back in four steps, one at each collection. */
    private static final int COLLECTIONS = 5;

    private static final Pattern GENERATION = Pattern.compile("total \\d+K, used (\\d+)K");

    /** Of a process now; it is asked to collect garbage first. */
    static Footprint of(Program program) {
        for (int i = 0; i < COLLECTIONS; i++) {
            jcmd(program, "GC.run");
        }
        jcmd(program, "System.trim_native_heap");
        long heap =
                GENERATION
                        .matcher(jcmd(program, "GC.heap_info"))
                        .results()
                        .map(MatchResult::group)
                        .mapToLong(text -> number(text.substring(text.indexOf("used"))))
                        .sum();
        assertTrue(heap > 0, "no heap was found");
        return new Footprint(
                residentKib(program), heap, descriptors(program), threads(program.pid()));
    }

    /** How many descriptors a process has open. */
    static long descriptors(Program program) {
        try (Stream<Path> open = Files.list(proc(program.pid(), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(program.stderr(), e);
        }
    }

    /** Fails where this is more than a first look and what is tolerated. */
    void assertNoMoreThan(Footprint first, String service) {
        String both = service + " had " + first + " and has " + this;
        assertTrue(heapKib <= first.heapKib + HEAP_TOLERANCE_KIB, both);
        assertTrue(residentKib <= first.residentKib * RESIDENT_TOLERANCE, both);
        assertTrue(descriptors <= first.descriptors + DESCRIPTOR_TOLERANCE, both);
        assertTrue(threads <= first.threads + THREAD_TOLERANCE, both);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%6d KiB resident, %5d KiB of heap, %3d descriptors, %2d threads",
                residentKib,
                heapKib,
                descriptors,
                threads);
    }

    private static String jcmd(Program program, String command) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Program asked = Program.tool(jcmd, Long.toString(program.pid()), command).run();
        assertEquals(0, asked.awaitExit(), () -> asked.stdout() + asked.stderr());
        return asked.stdout();
    }

    private static long residentKib(Program program) {
        try (Stream<String> lines = Files.lines(proc(program.pid(), "status"))) {
            return number(
                    lines.filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long threads(long pid) {
        File[] all = proc(pid, "task").toFile().listFiles();
        return Stream.of(all).filter(thread -> !compiles(thread.toPath())).count();
    }

    private static boolean compiles(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).matches("C[12] Compiler.*\\s*");
        } catch (NoSuchFileException e) {
            return true; // it has ended
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path proc(long pid, String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    private static long number(String text) {
        return Long.parseLong(text.replaceAll("\\D", ""));
    }
}
