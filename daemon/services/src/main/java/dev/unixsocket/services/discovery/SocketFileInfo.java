package dev.unixsocket.services.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;

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

    /**
     * An inode number can be given to the next file at once. The time is when the file was made,
     * which touch(1) cannot change; a file system that does not keep it has the time of the last
     * change there.
     */
    record Identity(Object device, Object inode, FileTime made) {}

    /** The file at that path, if it is a socket: a symbolic link to one is not. */
    static Optional<SocketFileInfo> read(Path path) {
        try {
            Map<String, Object> found =
                    Files.readAttributes(
                            path, "unix:mode,uid,dev,ino,creationTime", LinkOption.NOFOLLOW_LINKS);
            int mode = (int) found.get("mode");
            if ((mode & TYPE_MASK) != SOCKET) {
                return Optional.empty();
            }
            Identity identity =
                    new Identity(
                            found.get("dev"),
                            found.get("ino"),
                            (FileTime) found.get("creationTime"));
            return Optional.of(
                    new SocketFileInfo(path, mode & PERMISSIONS, (int) found.get("uid"), identity));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Whether its path is text: in a string, bytes that are none become those of another path. */
    boolean isNamedInText() {
        return Path.of(path.toString()).equals(path);
    }

    /** The owner's name, or the number where there is none; empty if the file is gone. */
    Optional<String> ownerName() {
        try {
            return Optional.of(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
