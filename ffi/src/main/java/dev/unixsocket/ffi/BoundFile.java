package dev.unixsocket.ffi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The file that a socket was bound to, which is unlinked with it if it is still that one.
 *
 * <p>Thread-safe.
 */
final class BoundFile {

    private final Path path;

    /** Whether the socket is open; null before the file is remembered. Guarded by this. */
    private BooleanSupplier open;

    /** The file as this object knows it; empty once it is unlinked. Guarded by this. */
    private Optional<FileStatus> bound = Optional.empty();

    /**
     * The file at a path, to be {@linkplain #remember remembered} when it is there.
     *
     * @param path as it was given
     */
    BoundFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /**
     * The file that is at the path now is the one that was bound.
     *
     * @param isOpen whether its socket is open
     */
    synchronized void remember(BooleanSupplier isOpen) {
        open = isOpen;
        bound = identify(path);
    }

    /** Whether the file is still the one that was bound: not removed or replaced since. */
    synchronized boolean isInPlace() {
        return owned().isPresent();
    }

    /** Unlinks the file if it is still the one that was bound. */
    synchronized boolean unlinkIfOwned() throws IOException {
        if (owned().isEmpty()) {
            return false;
        }
        FileCalls.unlink(path);
        bound = Optional.empty();
        return true;
    }

    /** Closes the socket, then unlinks the file if it is still its own. */
    synchronized void closeWith(HasDescriptor socket) throws IOException {
        bound = owned().or(() -> bound);
        socket.close();
        unlinkIfOwned();
    }

    /**
     * The file at the path, if it is still the one that was bound. An open socket keeps its inode
     * number from being given to another file, so the number says enough, even when touch(1)
     * changed the time; afterwards the time must be the same too.
     */
    private Optional<FileStatus> owned() {
        if (bound.isEmpty()) {
            return bound;
        }
        boolean isOpen = open.getAsBoolean();
        return bound.flatMap(
                file ->
                        identify(path)
                                .filter(now -> now.sameInodeAs(file))
                                .filter(now -> isOpen || now.sameTimeAs(file)));
    }

    /**
     * Which file has the path now. Asked on a thread of its own, so that the thread that serves
     * makes the system calls of the C original and no others.
     */
    static Optional<FileStatus> identify(Path path) {
        try {
            return OtherThread.call(() -> FileCalls.lstat(path));
        } catch (IOException unreadable) {
            return Optional.empty(); // then it is not ours to unlink
        }
    }
}
