package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A listener with the socket file that it owns: made where nothing, or a stale file, is; unlinked
 * when it closes, if the file is still its own.
 *
 * <p>Thread-safe.
 */
public final class SocketFile implements Closeable {

    private final Path path;
    private final StreamListener listener;

    /** The file as this object knows it; empty once it is unlinked. Guarded by this. */
    private Optional<FileStatus> bound;

    private SocketFile(Path path, StreamListener listener) {
        this.path = path;
        this.listener = listener;
        this.bound = identify(path);
    }

    /**
     * Makes the directory of a socket, or corrects the mode of one that is there: stat(2), and
     * mkdir(2) or chmod(2) where needed. Its parents must exist.
     *
     * @param mode the permissions, such as 0700; a new directory has them less the umask
     * @throws IOException if something else has that name
     * @throws SyscallException if a call fails
     */
    public static void prepareDirectory(Path directory, int mode) throws IOException {
        Optional<FileStatus> found = FileCalls.stat(directory);
        if (found.isEmpty()) {
            FileCalls.mkdir(directory, mode);
        } else if (!found.get().isDirectory()) {
            throw new IOException(
                    directory + " is " + found.get().kind() + ", not a directory: left as it is");
        } else if (found.get().permissions() != mode) {
            FileCalls.chmod(directory, mode);
        }
    }

    /**
     * Binds and listens: stat(2); where a socket file is, connect(2) to it, and unlink(2) if nobody
     * listens; then socket(2), bind(2), chmod(2), listen(2).
     *
     * <p>The file has the mode that the umask leaves until chmod(2), so its directory must keep
     * others out. A connect(2) to a listener whose backlog is full waits until it accepts. Of two
     * processes that start at the same moment, one can take the file of the other, which has bound
     * but does not listen yet, for a stale one: where that can happen, hold a lock.
     *
     * @param mode the permissions of the file, such as 0600
     * @param backlog as in {@link StreamListener#listen}
     * @throws AlreadyListeningException if another process listens there
     * @throws IOException if a file that is not a socket is there; it is left as it is
     * @throws SyscallException if a call fails
     * @throws IllegalArgumentException if the path does not suit, see {@link Address#path(Path)}
     */
    public static SocketFile listen(Path path, int mode, int backlog) throws IOException {
        Address.UnixPath address = Address.path(path);
        OptionalInt other = removeStale(address);
        StreamListener listener = bind(address, other);
        SocketFile file = new SocketFile(path, listener);
        try {
            FileCalls.chmod(path, mode);
            listener.listen(backlog);
            return file;
        } catch (IOException | RuntimeException e) {
            try {
                file.close();
            } catch (IOException notUnlinked) {
                e.addSuppressed(notUnlinked);
            }
            throw e;
        }
    }

    /**
     * Removes a socket file on which nobody listens.
     *
     * @return the process that listens, if one does
     */
    private static OptionalInt removeStale(Address.UnixPath address) throws IOException {
        Path path = address.path();
        Optional<FileStatus> found = FileCalls.stat(path);
        if (found.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!found.get().isSocket()) {
            throw notASocket(path, found.get());
        }
        try (StreamSocket probe = StreamSocket.connect(address, Duration.ZERO)) {
            return OptionalInt.of(probe.peerCredentials().pid());
        } catch (SyscallException e) {
            switch (e.errno()) {
                case ECONNREFUSED -> unlinkStale(path);
                case ENOENT -> {} // gone since stat
                default -> throw e;
            }
            return OptionalInt.empty();
        }
    }

    /** Not what a symbolic link at the path leads to, nor the link: whoever made it wants it. */
    private static void unlinkStale(Path path) throws IOException {
        Optional<FileStatus> now = identify(path);
        if (now.isPresent() && !now.get().isSocket()) {
            throw notASocket(path, now.get());
        }
        FileCalls.unlink(path);
    }

    private static IOException notASocket(Path path, FileStatus found) {
        return new IOException(path + " is " + found.kind() + ", not a socket: left as it is");
    }

    /**
     * Binds even where another process listens, as the C original does: a file that vanished since
     * the test connection must not keep this process from starting.
     */
    private static StreamListener bind(Address.UnixPath address, OptionalInt other)
            throws IOException {
        try {
            return StreamListener.bind(address);
        } catch (SyscallException e) {
            if (e.errno() != Errno.EADDRINUSE) {
                throw e;
            }
            if (other.isPresent()) {
                throw new AlreadyListeningException(address.path(), other.getAsInt());
            }
            FileStatus inTheWay = identify(address.path()).orElseThrow(() -> e);
            throw inTheWay.isSocket() ? e : notASocket(address.path(), inTheWay);
        }
    }

    /** The listener, which {@link #close} closes. */
    public StreamListener listener() {
        return listener;
    }

    /** The path of the file. */
    public Path path() {
        return path;
    }

    /**
     * Unlinks the file if it is still the one that this object bound: not when it was removed or
     * replaced since.
     *
     * @return whether it was unlinked
     */
    public synchronized boolean unlinkIfOwned() throws IOException {
        if (owned().isEmpty()) {
            return false;
        }
        FileCalls.unlink(path);
        bound = Optional.empty();
        return true;
    }

    /**
     * The file at the path, if it is still the one that was bound. An open listener keeps its inode
     * number from being given to another file, so the number says enough, even when touch(1)
     * changed the time; afterwards the time must be the same too.
     */
    private Optional<FileStatus> owned() {
        boolean open = listener.isOpen();
        return bound.flatMap(
                file ->
                        identify(path)
                                .filter(now -> now.sameInodeAs(file))
                                .filter(now -> open || now.sameTimeAs(file)));
    }

    /**
     * Which file has the path now. Asked on a thread of its own, so that the thread that serves
     * makes the system calls of the C original and no others.
     */
    private static Optional<FileStatus> identify(Path path) {
        FileStatus[] answer = new FileStatus[1];
        Thread asker =
                Thread.ofPlatform()
                        .name("socket-file")
                        .start(
                                () -> {
                                    try {
                                        answer[0] = FileCalls.lstat(path).orElse(null);
                                    } catch (SyscallException unreadable) {
                                        answer[0] = null; // then it is not ours to unlink
                                    }
                                });
        boolean interrupted = false;
        while (asker.isAlive()) {
            try {
                asker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return Optional.ofNullable(answer[0]);
    }

    /**
     * Closes the listener, then unlinks the file if it is still its own. A second call does
     * nothing.
     */
    @Override
    public synchronized void close() throws IOException {
        bound = owned().or(() -> bound);
        listener.close();
        unlinkIfOwned();
    }
}
