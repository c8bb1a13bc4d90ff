package dev.unixsocket.services.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of owners and the command lines of processes, each asked for once in a scan: many
 * sockets have the same owner, and many are one process's. Thread-safe.
 */
final class KnownNames {

    private final Map<Integer, String> owners = new ConcurrentHashMap<>();
    private final Map<Integer, Optional<String>> commands = new ConcurrentHashMap<>();

    KnownNames() {}

    /** The name of a file's owner, or the number where there is none. */
    String owner(SocketFileInfo file) {
        String name = owners.computeIfAbsent(file.uid(), uid -> file.ownerName().orElse(null));
        return name == null ? Integer.toUnsignedString(file.uid()) : name;
    }

    /**
     * The command line of a process: from proc(5), where everybody's can be read, if it is there.
     */
    Optional<String> command(int pid) {
        return commands.computeIfAbsent(pid, KnownNames::read);
    }

    private static Optional<String> read(int pid) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "cmdline"));
            String text = new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (IOException noProc) {
            return ProcessHandle.of(pid).flatMap(process -> process.info().commandLine());
        }
    }
}
