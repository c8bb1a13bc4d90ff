package dev.unixsocket.daemon.discovery;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A socket file as its directory shows it, without a look at who is behind it.
 *
 * @param path where it is
 * @param mode its permissions
 * @param uid its owner
 * @param identity tells it from another file that has its path later
 */
record SocketFileInfo(Path path, int mode, int uid, Identity identity) {

    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET = 0140000;
    private static final int PERMISSIONS = 07777;

    /** An inode number can be given to the next file at once; the time is when it was bound. */
    record Identity(Object inode, FileTime bound) {}

    /** The file at that path, if it is a socket: a symbolic link to one is not. */
    static Optional<SocketFileInfo> read(Path path) {
        try {
            Map<String, Object> found =
                    Files.readAttributes(
                            path, "unix:mode,uid,ino,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            int mode = (int) found.get("mode");
            if ((mode & TYPE_MASK) != SOCKET) {
                return Optional.empty();
            }
            Identity identity =
                    new Identity(found.get("ino"), (FileTime) found.get("lastModifiedTime"));
            return Optional.of(
                    new SocketFileInfo(path, mode & PERMISSIONS, (int) found.get("uid"), identity));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The owner's name, or the number where there is none. */
    String owner() {
        try {
            return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
        } catch (IOException gone) {
            return Integer.toUnsignedString(uid);
        }
    }

    /**
     * All sockets of a directory, by their paths. What cannot be read below it is left out.
     *
     * @throws IOException if the directory itself cannot be read
     */
    static Map<Path, SocketFileInfo> list(Path directory, Scan.Depth depth) throws IOException {
        Map<Path, SocketFileInfo> found = new TreeMap<>();
        int levels = depth == Scan.Depth.RECURSIVE ? Integer.MAX_VALUE : 1;
        Files.walkFileTree(
                directory.resolve(""),
                EnumSet.noneOf(java.nio.file.FileVisitOption.class),
                levels,
                collector(directory, found));
        return found;
    }

    private static FileVisitor<Path> collector(Path top, Map<Path, SocketFileInfo> found) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isOther()) {
                    read(file).ifPresent(socket -> found.put(file, socket));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure)
                    throws IOException {
                if (file.equals(top)) {
                    throw failure;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
                return FileVisitResult.CONTINUE; // a part of it was read
            }
        };
    }
}
