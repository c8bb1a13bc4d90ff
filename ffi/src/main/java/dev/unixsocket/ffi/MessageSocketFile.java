package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * A socket for messages with the socket file that it owns: made where nothing, or a stale file, is;
 * unlinked when it closes, if the file is still its own. As {@link SocketFile#create} for a stream,
 * the file never has more permissions than asked. Two processes that start at the same moment can
 * take each other's file for a stale one: where that can happen, hold a {@link LockFile} around it.
 *
 * <p>Thread-safe.
 *
 * @param <S> a {@link SeqpacketListener} or a {@link DatagramSocket}
 */
public final class MessageSocketFile<S extends HasDescriptor> implements Closeable {

    private final BoundFile file;
    private final S socket;

    private MessageSocketFile(BoundFile file, S socket) {
        this.file = file;
        this.socket = socket;
    }

    /**
     * A listener for connections of type {@code SOCK_SEQPACKET}. Linux.
     *
     * @param path of the socket file
     * @param access its permissions, and its group if one is asked for
     * @param backlog as in {@link SeqpacketListener#listen}
     * @return listens; to be closed
     * @throws AlreadyListeningException if another process listens there, or has bound it
     * @throws IOException if a file that is not a socket is there; it is left as it is
     * @throws SyscallException if a call fails: {@code EPERM} when this user is not in the group
     * @throws UnsupportedOperationException on macOS
     * @throws IllegalArgumentException if the path does not suit, see {@link Address#path(Path)}
     */
    public static MessageSocketFile<SeqpacketListener> listen(
            Path path, FileAccess access, int backlog) throws IOException {
        Objects.requireNonNull(access, "access");
        Address.UnixPath address = Address.path(path);
        SeqpacketSocket.requireSeqpacket();
        SocketFile.clear(path);
        SeqpacketListener listener;
        try {
            listener = SeqpacketListener.bind(address, access.modeBeforeGroup());
        } catch (SyscallException e) {
            throw SocketFile.inTheWay(path, e);
        }
        return new MessageSocketFile<>(new BoundFile(path), listener)
                .finished(access, () -> listener.listen(backlog), listener::isOpen);
    }

    /**
     * A socket that datagrams can be sent to.
     *
     * @param path of the socket file
     * @param access its permissions, and its group if one is asked for: who may send
     * @return bound; to be closed
     * @throws AlreadyListeningException if a socket of another process is bound there
     * @throws IOException if a file that is not a socket is there; it is left as it is
     * @throws SyscallException if a call fails: {@code EPERM} when this user is not in the group
     * @throws IllegalArgumentException if the path does not suit, see {@link Address#path(Path)}
     */
    public static MessageSocketFile<DatagramSocket> bind(Path path, FileAccess access)
            throws IOException {
        Objects.requireNonNull(access, "access");
        Address.UnixPath address = Address.path(path);
        SocketFile.clear(path);
        DatagramSocket socket;
        try {
            socket = DatagramSocket.bind(address, access.modeBeforeGroup());
        } catch (SyscallException e) {
            throw SocketFile.inTheWay(path, e);
        }
        return new MessageSocketFile<>(new BoundFile(path), socket)
                .finished(access, () -> {}, socket::isOpen);
    }

    private interface Last {
        void run() throws IOException;
    }

    /** Gives the file its group and its mode; if that fails, the file goes. */
    private MessageSocketFile<S> finished(FileAccess access, Last last, BooleanSupplier isOpen)
            throws IOException {
        try {
            if (access.gid().isPresent()) {
                FileCalls.changeGroup(path(), access.gid().getAsInt());
            }
            FileCalls.chmod(path(), access.mode()); // the umask may have cut it
            last.run();
            file.remember(isOpen);
            return this;
        } catch (IOException | RuntimeException e) {
            file.remember(isOpen);
            try {
                close();
            } catch (IOException notUnlinked) {
                e.addSuppressed(notUnlinked);
            }
            throw e;
        }
    }

    /**
     * The socket, which {@link #close} closes.
     *
     * @return the same one each time
     */
    public S socket() {
        return socket;
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
     * Closes the socket, then unlinks the file if it is still its own. A second call does nothing.
     */
    @Override
    public void close() throws IOException {
        file.closeWith(socket);
    }
}
