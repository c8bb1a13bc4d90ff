package dev.unixsocket.services.discovery;

import dev.unixsocket.services.wire.FailureText;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The socket files of a directory, as one look at it found them.
 *
 * <p>Confined to one thread.
 */
final class SocketFiles {

    private final Map<Path, SocketFileInfo> sockets = new TreeMap<>();
    private final List<IOException> unread = new ArrayList<>();

    private SocketFiles() {}

    /**
     * Looks. Symbolic links are not followed, but for the directory itself.
     *
     * @throws IOException if the directory cannot be read, or nothing that is in it be looked at
     */
    static SocketFiles list(Path directory, Scan.Depth depth) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString()); // opening a pipe would wait
        }
        SocketFiles files = new SocketFiles();
        List<Path> level = files.look(directory);
        for (int below = depth.levels(); below > 0 && !level.isEmpty(); below--) {
            level = files.lookBelow(level);
        }
        return files;
    }

    /** Looks at directories, of which some may be gone or not for this user: those in them. */
    private List<Path> lookBelow(List<Path> directories) {
        List<Path> next = new ArrayList<>();
        for (Path directory : directories) {
            try {
                next.addAll(look(directory));
            } catch (NoSuchFileException gone) {
                // between two looks
            } catch (IOException e) {
                unread.add(e);
            }
        }
        return next;
    }

    /** Takes the sockets of one directory: the directories in it. */
    private List<Path> look(Path directory) throws IOException {
        List<Path> directories = new ArrayList<>();
        List<IOException> failures = new ArrayList<>();
        int taken = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                try {
                    take(entry, directories);
                    taken++;
                } catch (NoSuchFileException gone) {
                    // since its name was read
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        if (!failures.isEmpty()) {
            IOException summary = summary(directory, failures);
            if (taken == 0) {
                throw summary; // this user may list it, and not go into it
            }
            unread.add(summary);
        }
        return directories;
    }

    private void take(Path entry, List<Path> directories) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            directories.add(entry);
        } else if (attributes.isOther()) {
            SocketFileInfo.read(entry).ifPresent(socket -> sockets.put(entry, socket));
        }
    }

    private static IOException summary(Path directory, List<IOException> failures) {
        return new FileSystemException(
                directory.toString(),
                null,
                "%d of its entries cannot be looked at: %s"
                        .formatted(failures.size(), FailureText.reason(failures.getFirst())));
    }

    /** Sorted by path. */
    Collection<SocketFileInfo> sockets() {
        return sockets.values();
    }

    /** By path, sorted. */
    Map<Path, SocketFileInfo> byPath() {
        return sockets;
    }

    /** Directories that could not be read, or not all of what is in them. */
    List<IOException> unread() {
        return unread;
    }
}
