package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Who is behind a socket file, found out by connecting to it; nothing is sent.
 *
 * <p>The kernel looks for the socket before it looks at its type: a connection of the wrong type
 * fails with {@code EPROTOTYPE} where a socket is bound to the file, and with {@code ECONNREFUSED}
 * where none is. That tells a stale file from one whose process has called bind(2) and not yet
 * listen(2), to which a connection of the right type says {@code ECONNREFUSED} too; and it asks
 * whether a listener is alive without its noticing.
 *
 * @param state what was found
 * @param type the type of the socket, {@link Type#UNKNOWN} where nobody says
 * @param peer who listens, where the kernel knows; the process that called listen(2), which may be
 *     gone by now and have left the listener to a child
 */
public record SocketProbe(State state, Type type, Optional<PeerCredentials> peer) {

    /** What a socket file is good for. */
    public enum State {
        /** A connection was made, or would be if the backlog were not full. */
        LISTENING,
        /** A socket is bound to the file, and does not listen: it starts, or it stops. */
        BOUND,
        /** No socket is bound to the file; its process is gone. */
        STALE,
        /** This user may not connect. */
        REFUSED,
        /** There is no such file. */
        GONE,
        /** It could not be found out. */
        UNKNOWN
    }

    /** The type of a socket, as in socket(2). */
    public enum Type {
        /** {@code SOCK_STREAM}. */
        STREAM(Sockets.SOCK_STREAM),
        /** {@code SOCK_DGRAM}. */
        DATAGRAM(Sockets.SOCK_DGRAM),
        /** {@code SOCK_SEQPACKET}. */
        SEQPACKET(Sockets.SOCK_SEQPACKET),
        /** Not known. */
        UNKNOWN(-1);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        /** One that a socket of this type does not answer to. */
        private Type other() {
            return this == DATAGRAM ? STREAM : DATAGRAM;
        }
    }

    /**
     * Makes a test connection: socket(2), connect(2), getsockopt(2), close(2), for each type of
     * socket until one fits. A server notices it, as a connection that ends at once.
     *
     * <p>It does not wait: a listener whose backlog is full listens.
     *
     * @param path of a socket file
     * @return what was found
     */
    public static SocketProbe connect(Path path) {
        SocketProbe probe = attempt(path, Type.STREAM);
        if (probe.state == State.STALE) {
            return notListening(path, Type.STREAM);
        }
        if (probe.state != State.BOUND) {
            return probe;
        }
        probe = attempt(path, Type.SEQPACKET);
        if (probe.state == State.STALE) {
            return notListening(path, Type.SEQPACKET);
        }
        return probe.state == State.BOUND ? attempt(path, Type.DATAGRAM) : probe;
    }

    /** Refused by the right type: a wrong one says whether a socket is there. */
    private static SocketProbe notListening(Path path, Type type) {
        SocketProbe probe = attempt(path, type.other());
        return probe.state == State.BOUND ? found(State.BOUND, type) : probe;
    }

    /**
     * Whether a socket is bound to the file, found out so that its process does not notice.
     *
     * @param path of the socket file
     * @param type of the socket, from {@link #connect}
     * @return {@link State#BOUND}, which it is when it listens too, {@link State#STALE}, or why it
     *     could not be found out
     */
    public static State presence(Path path, Type type) {
        Objects.requireNonNull(type, "type");
        return attempt(path, type.other()).state;
    }

    private static SocketProbe attempt(Path path, Type type) {
        try (Arena arena = Arena.ofConfined()) {
            Sockaddr address = Sockaddr.of(new Address.UnixPath(path), arena);
            int fd = Platform.CURRENT.socket(Sockets.AF_UNIX, type.number, Calls.SAFE, false);
            if (fd < 0) {
                return found(State.UNKNOWN, Type.UNKNOWN);
            }
            try {
                return attempt(fd, address, type);
            } finally {
                Syscalls.close(fd);
            }
        } catch (IllegalArgumentException tooLong) {
            return found(State.UNKNOWN, Type.UNKNOWN);
        }
    }

    private static SocketProbe attempt(int fd, Sockaddr address, Type type) {
        int result = Syscalls.connect(fd, address.segment(), address.length());
        if (result == 0) {
            return new SocketProbe(State.LISTENING, type, peer(fd));
        }
        return switch (Errno.of(-result)) {
            case EAGAIN, EINTR, EINPROGRESS -> found(State.LISTENING, type);
            case EPROTOTYPE -> found(State.BOUND, Type.UNKNOWN);
            case ECONNREFUSED -> found(State.STALE, Type.UNKNOWN);
            case EACCES -> found(State.REFUSED, Type.UNKNOWN);
            case EPERM -> found(State.LISTENING, type); // a datagram socket with one peer only
            case ENOENT, ENOTDIR -> found(State.GONE, Type.UNKNOWN);
            default -> found(State.UNKNOWN, Type.UNKNOWN);
        };
    }

    private static Optional<PeerCredentials> peer(int fd) {
        CredentialsBuffer peer = new CredentialsBuffer();
        boolean known = Platform.CURRENT.peerCredentials(fd, peer) == 0 && peer.pid() > 0;
        return known ? Optional.of(peer.snapshot()) : Optional.empty();
    }

    private static SocketProbe found(State state, Type type) {
        return new SocketProbe(state, type, Optional.empty());
    }
}
