package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A listener with the socket file that it owns: made where nothing, or a stale file, is; unlinked
 * when it closes, if the file is still its own. {@link MessageSocketFile} is that of other types of
 * socket.
 *
 * <p>Thread-safe.
 */
public final class SocketFile implements Closeable {

    private final BoundFile file;
    private final StreamListener listener;

    private SocketFile(BoundFile file, StreamListener listener) {
        this.file = file;
        this.listener = listener;
    }

    /**
     * Makes the directory of a socket, or corrects the mode of one that is there: stat(2), and
     * mkdir(2) or chmod(2) where needed. Its parents must exist.
     *
     * <p>It must be this user's own, and no symbolic link: whoever owns it could replace the
     * socket. Its parent must be this user's or root's.
     *
     * @param directory its path
     * @param mode the permissions, such as 0700; a new directory has them less the umask
     * @throws IOException if something else has that name, or it is not this user's own
     * @throws SyscallException if a call fails
     * @throws IllegalArgumentException if the mode is none of 0000 to 0777
     */
    public static void prepareDirectory(Path directory, int mode) throws IOException {
        FileAccess.requirePermissions(mode);
        Optional<FileStatus> found = FileCalls.stat(directory);
        OtherThread.call(
                () -> {
                    RuntimeDirectory.requireOwn(directory, found);
                    return null;
                });
        if (found.isEmpty()) {
            make(directory, mode);
        } else if (!found.get().isDirectory()) {
            throw new IOException(
                    directory + " is " + found.get().kind() + ", not a directory: left as it is");
        } else if (found.get().permissions() != mode) {
            FileCalls.chmod(directory, mode);
        }
    }

    /** A process that starts at the same moment may make it first; then that one is looked at. */
    private static void make(Path directory, int mode) throws IOException {
        try {
            FileCalls.mkdir(directory, mode);
        } catch (SyscallException e) {
            if (e.errno() != Errno.EEXIST || FileCalls.stat(directory).isEmpty()) {
                throw e;
            }
            prepareDirectory(directory, mode);
        }
    }

    /**
     * As {@link #prepareDirectory(Path, int)}, and gives the directory to a group if one is asked
     * for. A new directory has the mode whatever the umask is.
     *
     * @param directory its path
     * @param access the permissions, and the group if one is asked for
     * @throws IOException as {@link #prepareDirectory(Path, int)}
     */
    public static void prepareDirectory(Path directory, FileAccess access) throws IOException {
        Objects.requireNonNull(access, "access");
        prepareDirectory(directory, access.modeBeforeGroup());
        if (access.gid().isPresent()) {
            FileCalls.changeGroup(directory, access.gid().getAsInt());
        }
        FileCalls.chmod(directory, access.mode());
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
     * @param path of the socket file
     * @param mode the permissions of the file, such as 0600
     * @param backlog as in {@link StreamListener#listen}
     * @return listens; to be closed
     * @throws AlreadyListeningException if another process listens there
     * @throws IOException if a file that is not a socket is there; it is left as it is
     * @throws SyscallException if a call fails
     * @throws IllegalArgumentException if the path does not suit, see {@link Address#path(Path)},
     *     or the mode is none of 0000 to 0777
     */
    public static SocketFile listen(Path path, int mode, int backlog) throws IOException {
        int permissions = FileAccess.of(mode).mode();
        Address.UnixPath address = Address.path(path);
        OptionalInt other = removeStale(address);
        Finish finish =
                listener -> {
                    FileCalls.chmod(path, permissions);
                    listener.listen(backlog);
                };
        return new SocketFile(new BoundFile(path), bind(address, other)).listening(finish);
    }

    /**
     * As {@link #listen}, for a service that need not make the calls of a C original: the file
     * never has more permissions than asked, not even for a moment, and the test connection does
     * not wait for a listener that accepts nothing. Hold a {@link LockFile} around it.
     *
     * @param path of the socket file
     * @param access its permissions, and its group if one is asked for
     * @param backlog as in {@link StreamListener#listen}
     * @return listens; to be closed
     * @throws AlreadyListeningException if another process listens there
     * @throws IOException if a file that is not a socket is there; it is left as it is
     * @throws SyscallException if a call fails: {@code EPERM} when this user is not in the group
     */
    public static SocketFile create(Path path, FileAccess access, int backlog) throws IOException {
        Objects.requireNonNull(access, "access");
        Address.UnixPath address = Address.path(path);
        clear(path);
        Finish finish =
                listener -> {
                    if (access.gid().isPresent()) {
                        FileCalls.changeGroup(path, access.gid().getAsInt());
                    }
                    FileCalls.chmod(path, access.mode()); // the umask may have cut it
                    listener.listen(backlog);
                };
        return new SocketFile(new BoundFile(path), bind(address, access.modeBeforeGroup()))
                .listening(finish);
    }

    /**
     * Looks whether a socket file can be at that path: whether a socket is there, or nothing.
     *
     * @param path of the socket file
     * @throws IOException if anything else is there, a symbolic link too
     * @throws IllegalArgumentException if the path does not suit, see {@link Address#path(Path)}
     */
    public static void requireReplaceable(Path path) throws IOException {
        Address.path(path);
        socketAt(path);
    }

    private static Optional<FileStatus> socketAt(Path path) throws IOException {
        Optional<FileStatus> found = FileCalls.lstat(path);
        if (found.isPresent() && !found.get().isSocket()) {
            throw notASocket(path, found.get());
        }
        return found;
    }

    /** Removes a stale socket file; what is anything else stays. */
    static void clear(Path path) throws IOException {
        if (socketAt(path).isEmpty()) {
            return;
        }
        SocketProbe probe = SocketProbe.connect(path);
        switch (probe.state()) {
            case STALE -> FileCalls.unlink(path);
            case GONE -> {}
            case LISTENING, BOUND ->
                    throw new AlreadyListeningException(
                            path, probe.peer().map(PeerCredentials::pid).orElse(0));
            case REFUSED, UNKNOWN ->
                    throw new IOException(path + " cannot be tested for a listener: left as it is");
        }
    }

    /** What is left to do when the file is there; if it fails, the file goes. */
    private interface Finish {
        void accept(StreamListener listener) throws IOException;
    }

    /**
     * Which file it is, is found out when it listens: that takes a thread, and whoever connects
     * between bind(2) and listen(2) is refused.
     */
    private SocketFile listening(Finish finish) throws IOException {
        try {
            finish.accept(listener);
            file.remember(listener::isOpen);
            return this;
        } catch (IOException | RuntimeException e) {
            file.remember(listener::isOpen);
            try {
                close();
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
        try (StreamSocket probe = StreamSocket.closed()) {
            StreamSocket.connect(address, Duration.ZERO, Calls.PLAIN, probe);
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
        Optional<FileStatus> now = BoundFile.identify(path);
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
            return StreamListener.bind(address, Calls.PLAIN);
        } catch (SyscallException e) {
            if (e.errno() == Errno.EADDRINUSE && other.isPresent()) {
                throw new AlreadyListeningException(address.path(), other.getAsInt());
            }
            throw inTheWay(address.path(), e);
        }
    }

    private static StreamListener bind(Address.UnixPath address, int mode) throws IOException {
        try {
            return StreamListener.bind(address, mode);
        } catch (SyscallException e) {
            throw inTheWay(address.path(), e);
        }
    }

    /** The failure of bind, or a better one when a file that is not a socket is the reason. */
    static IOException inTheWay(Path path, SyscallException e) {
        Optional<FileStatus> found =
                e.errno() == Errno.EADDRINUSE ? BoundFile.identify(path) : Optional.empty();
        return found.isEmpty() || found.get().isSocket() ? e : notASocket(path, found.get());
    }

    /**
     * The listener, which {@link #close} closes.
     *
     * @return the same one each time
     */
    public StreamListener listener() {
        return listener;
    }

    /**
     * The path of the file.
     *
     * @return the path, as it was given
     */
    public Path path() {
        return file.path();
    }

    /**
     * Whether the file is still the one that this object bound: not removed or replaced since.
     *
     * @return whether it is
     */
    public boolean isInPlace() {
        return file.isInPlace();
    }

    /**
     * Unlinks the file if it is still the one that this object bound: not when it was removed or
     * replaced since.
     *
     * @return whether it was unlinked
     * @throws IOException a {@link SyscallException} if unlink(2) fails
     */
    public boolean unlinkIfOwned() throws IOException {
        return file.unlinkIfOwned();
    }

    /**
     * Closes the listener, then unlinks the file if it is still its own. A second call does
     * nothing.
     */
    @Override
    public void close() throws IOException {
        file.closeWith(listener);
    }
}
