package dev.unixsocket.uds.metrics;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What the process uses now; 0 for what the system does not tell.
 *
 * @param descriptors how many are open
 * @param heapUsed in bytes
 * @param heapMax in bytes
 * @param resident in bytes
 * @param startSeconds since 1970
 */
record ProcessFigures(
        long descriptors, long heapUsed, long heapMax, long resident, double startSeconds) {

    /** A directory that names each descriptor: on Linux, and on macOS. */
    private static final Path DESCRIPTORS = Path.of("/dev/fd");

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final long KILOBYTE = 1024;

    static ProcessFigures now() {
        Runtime runtime = Runtime.getRuntime();
        return new ProcessFigures(
                countDescriptors(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                readResident(),
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .map(Instant::toEpochMilli)
                        .map(millis -> millis / 1e3)
                        .orElse(0.0));
    }

    /** Without the one that looks. */
    private static long countDescriptors() {
        long count = -1;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path _ : open) {
                count++;
            }
        } catch (IOException unknown) {
            return 0;
        }
        return count;
    }

    private static long readResident() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KILOBYTE)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unknown) {
            return 0;
        }
    }
}
