package dev.unixsocket.uds.cli;

import dev.unixsocket.services.wire.AtomicFile;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that the user names for results. A regular one is replaced in one step, so that whoever
 * reads it finds the old content or the new one. What another program would write into stays what
 * it is: a device and a FIFO get the bytes, a symbolic link leads to the file that is written.
 * Stateless, thread-safe.
 */
public final class OutputFile {

    /** As many as Linux follows: path_resolution(7). */
    private static final int MOST_LINKS = 40;

    private OutputFile() {}

    /**
     * Writes all of it.
     *
     * @throws FileSystemException about that file
     */
    public static void write(Path named, byte[] content) throws FileSystemException {
        Path file = target(named);
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            writeInto(file, content);
        } else {
            AtomicFile.write(file, content);
        }
    }

    /**
     * Where links lead, be there a file or not.
     *
     * @throws FileSystemException if they lead in a circle
     */
    static Path target(Path named) throws FileSystemException {
        Path file = named;
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemException(
                        named.toString(), null, "too many levels of symbolic links");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                return file; // of proc(5): what a pipe's link reads is no path
            }
            file = next(file);
        }
        return file;
    }

    private static Path next(Path link) throws FileSystemException {
        try {
            return link.toAbsolutePath().resolveSibling(Files.readSymbolicLink(link));
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new FileSystemException(link.toString(), null, e.getMessage());
        }
    }

    private static void writeInto(Path file, byte[] content) throws FileSystemException {
        try {
            Files.write(file, content);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) { // such as a full disk, which Java says without the file's name
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }
}
