package dev.unixsocket.services.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * When a process began, on a clock that nobody sets: ticks since the start of the system, and which
 * start that was. Two processes that had one PID differ in it. A time of day would not do: it is
 * set forward and back, and Java's {@code startInstant} with it. proc(5). Stateless, thread-safe.
 */
public final class ProcessStart {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** In {@code /proc/PID/stat}, counted from the state, which follows the name of the program. */
    private static final int START_TIME = 22 - 3;

    private ProcessStart() {}

    /**
     * Of a process that is there: equal texts are the same start.
     *
     * @return empty where there is no such process, or no proc(5)
     */
    public static Optional<String> of(long pid) {
        try {
            String stat =
                    Files.readString(
                            Path.of("/proc", Long.toString(pid), "stat"),
                            StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Optional.of(Files.readString(BOOT_ID).strip() + "/" + fields[START_TIME]);
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
