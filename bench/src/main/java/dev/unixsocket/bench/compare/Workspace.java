package dev.unixsocket.bench.compare;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a run, and the processes that run in it. Both are gone when it is closed, and when
 * the harness is interrupted.
 *
 * <p>Thread-safe.
 */
public final class Workspace implements Closeable {

    private final Path folder;
    private final List<Closeable> running = new ArrayList<>();
    private final Thread hook = new Thread(this::cleanUp, "clean-up");
    private boolean closed;

    private Workspace(Path folder) {
        this.folder = folder;
    }

    /** Makes the folder; its path is short, since that of a socket can have 107 bytes. */
    public static Workspace open() throws IOException {
        Workspace workspace = new Workspace(Files.createTempDirectory("unixsocket-bench-"));
        Runtime.getRuntime().addShutdownHook(workspace.hook);
        return workspace;
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Has {@code process} closed with this workspace, unless it is let go before. */
    synchronized void keep(Closeable process) throws IOException {
        if (closed) {
            process.close();
            throw new IOException("interrupted");
        }
        running.add(process);
    }

    /** Closes a process that was kept. */
    void letGo(Closeable process) throws IOException {
        synchronized (this) {
            running.remove(process);
        }
        process.close();
    }

    @Override
    public void close() {
        cleanUp();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyShuttingDown) {
            // The hook runs, or has run.
        }
    }

    private synchronized void cleanUp() {
        if (closed) {
            return;
        }
        closed = true;
        for (Closeable process : running) {
            try {
                process.close();
            } catch (IOException ended) {
                // It has ended already.
            }
        }
        deleteFolder();
    }

    private void deleteFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Workspace::delete);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("bench: " + folder + " could not be removed: " + e.getMessage());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
