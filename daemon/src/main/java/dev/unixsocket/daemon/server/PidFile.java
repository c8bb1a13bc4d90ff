package dev.unixsocket.daemon.server;

import dev.unixsocket.ffi.AlreadyRunningException;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A file with the PID of this process in it, for scripts. It says who runs, it guards nothing: that
 * is what the lock is for. A process that was killed leaves it behind, and its PID may since be
 * another process's, so what is there already is looked at before it is believed.
 *
 * <p>Confined to one thread.
 */
final class PidFile implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** Clocks of processes and of files differ by some ticks. */
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    private static final int MAX_DIGITS = 10;

    private final Path path;
    private final String content;

    private PidFile(Path path, String content) {
        this.path = path;
        this.content = content;
    }

    /**
     * Writes the file in one step. A stale one is replaced, and the log says why it is stale.
     *
     * @throws AlreadyRunningException if the process that the file names is such a one as this
     */
    static PidFile write(Path path) throws IOException {
        Optional<String> stale = judge(path);
        stale.ifPresent(why -> LOG.log(Level.WARNING, "replaced the stale PID file " + path + why));
        String content = ProcessHandle.current().pid() + "\n";
        AtomicFile.write(path, content);
        return new PidFile(path, content);
    }

    /** Why the file that is there is stale; empty when there is none. */
    private static Optional<String> judge(Path path) throws IOException {
        String text;
        Instant written;
        try {
            text = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
            written = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!text.matches("[0-9]{1," + MAX_DIGITS + "}")) {
            throw new IOException(path + " is not a PID file: left as it is");
        }
        long pid = Long.parseLong(text);
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty()) {
            return Optional.of(": no process has the pid " + pid);
        }
        if (isAnother(process.get().info(), written)) {
            return Optional.of(": the pid " + pid + " belongs to another program by now");
        }
        throw new AlreadyRunningException(pid, path);
    }

    /** Whether that process cannot have written the file: it began later, or is no such program. */
    private static boolean isAnother(ProcessHandle.Info process, Instant written) {
        boolean beganLater =
                process.startInstant()
                        .map(began -> began.isAfter(written.plus(TOLERANCE)))
                        .orElse(false);
        Optional<String> program = ProcessHandle.current().info().command();
        boolean other = process.command().isPresent() && !process.command().equals(program);
        return beganLater || other;
    }

    /** Removes the file if it is still this process's. */
    @Override
    public void close() throws IOException {
        try {
            if (Files.readString(path, StandardCharsets.ISO_8859_1).equals(content)) {
                Files.delete(path);
            }
        } catch (NoSuchFileException e) {
            // somebody was faster
        }
    }
}
