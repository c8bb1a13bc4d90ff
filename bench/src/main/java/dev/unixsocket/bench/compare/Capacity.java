package dev.unixsocket.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether this machine has room for a number of connections, in a server that has a thread each.
 */
final class Capacity {

    /** For what a process has open beside its connections. */
    private static final long OTHER_DESCRIPTORS = 200;

    /** What a thread of a JVM has resident, and the kernel for it, with room to spare. */
    private static final long KIB_PER_CONNECTION = 250;

    /** For what the peers take beside their connections. */
    private static final long OTHER_KIB = 4L * 1024 * 1024;

    private static final int MOST_BYTES = 1 << 14;
    private static final Path PROC = Path.of("/proc");

    private Capacity() {}

    /** What there is too little of; empty if there is enough. */
    static Optional<String> lackFor(int connections) {
        long descriptors = number("self/limits", "Max open files +\\S+ +(\\d+)");
        if (descriptors < connections + OTHER_DESCRIPTORS) {
            return Optional.of("a process may have " + descriptors + " descriptors (ulimit -Hn)");
        }
        long threads = number("sys/kernel/pid_max", "(\\d+)") - number("loadavg", "/(\\d+)");
        if (threads < connections + connections / 2) {
            return Optional.of("there is room for " + threads + " more threads (kernel.pid_max)");
        }
        long kib = number("meminfo", "MemAvailable: +(\\d+)");
        return kib < OTHER_KIB + connections * KIB_PER_CONNECTION
                ? Optional.of("only " + kib / 1024 + " MiB of memory are available")
                : Optional.empty();
    }

    /**
     * The first number that the pattern finds in a file of proc(5); a large one if it is not told.
     */
    private static long number(String file, String pattern) {
        try (InputStream in = Files.newInputStream(PROC.resolve(file))) {
            // At once: what is under sys gives nothing to a second read.
            byte[] text = new byte[MOST_BYTES];
            int length = Math.max(0, in.read(text));
            Matcher found =
                    Pattern.compile(pattern)
                            .matcher(new String(text, 0, length, StandardCharsets.US_ASCII));
            return found.find() ? Long.parseLong(found.group(1)) : Integer.MAX_VALUE;
        } catch (IOException notTold) {
            return Integer.MAX_VALUE;
        }
    }
}
