package dev.unixsocket.ffi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directory that a socket file is in. Whoever owns it decides what its names mean: another user
 * could put a socket of theirs in the place of ours, so a directory of another user is refused.
 *
 * <p>Stateless, thread-safe.
 */
public final class RuntimeDirectory {

    private static final int ROOT = 0;
    private static final int WRITABLE_BY_OTHERS = 0002;
    private static final int STICKY = 01000;

    private RuntimeDirectory() {}

    /**
     * Checks the directory of a service: it must be this user's own, and no symbolic link, and the
     * directory that it is in must be as {@link #requireTrustworthy} wants it.
     *
     * @param found what stat(2) says of it; empty when it is yet to be made
     * @throws IOException if it is not; the message says why
     */
    static void requireOwn(Path directory, Optional<FileStatus> found) throws IOException {
        if (found.isPresent()) {
            int uid = Syscalls.getuid();
            if (present(directory).isLink()) {
                throw refused(
                        directory, "is a symbolic link: whoever made it decides where it leads");
            }
            if (found.get().uid() != uid) {
                throw refused(
                        directory, belongsTo(found.get(), uid) + ", who could replace the socket");
            }
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null && FileCalls.lstat(parent).isPresent()) { // else mkdir says it
            requireTrustworthy(parent);
        }
    }

    /**
     * Checks a directory that many may use, such as {@code /tmp} or {@code /run}: it must be this
     * user's or root's, and where everyone can write to it, the sticky bit must keep them from each
     * other's files. A symbolic link to it must be this user's or root's. A group that can write to
     * it is trusted.
     *
     * @param directory one that is there
     * @throws IOException if it is not; the message says why
     */
    public static void requireTrustworthy(Path directory) throws IOException {
        FileStatus status = requireOwnOrRoots(directory);
        boolean open = (status.permissions() & (WRITABLE_BY_OTHERS | STICKY)) == WRITABLE_BY_OTHERS;
        if (open) {
            throw refused(
                    directory,
                    "lets every user replace what is in it: its mode is %04o"
                            .formatted(status.permissions()));
        }
    }

    private static FileStatus requireOwnOrRoots(Path directory) throws IOException {
        int uid = Syscalls.getuid();
        FileStatus status = present(directory);
        if (status.isLink()) {
            if (status.uid() != ROOT && status.uid() != uid) {
                throw refused(directory, "is a symbolic link that " + belongsTo(status, uid));
            }
            status = FileCalls.stat(directory).orElseThrow(() -> missing(directory));
        }
        if (!status.isDirectory()) {
            throw refused(directory, "is " + status.kind() + ", not a directory");
        }
        if (status.uid() != uid && status.uid() != ROOT) {
            throw refused(directory, belongsTo(status, uid) + ", who could replace the socket");
        }
        return status;
    }

    private static String belongsTo(FileStatus status, int uid) {
        return "belongs to uid %s, not to uid %s"
                .formatted(Integer.toUnsignedString(status.uid()), Integer.toUnsignedString(uid));
    }

    private static FileStatus present(Path directory) throws IOException {
        Optional<FileStatus> status = FileCalls.lstat(directory);
        return status.orElseThrow(() -> missing(directory));
    }

    private static SyscallException missing(Path directory) {
        return new SyscallException("stat", -Errno.ENOENT.number(), directory);
    }

    private static IOException refused(Path directory, String why) {
        return new IOException(directory + " " + why);
    }
}
