package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;

/**
 * A connection of AF_UNIX that carries messages, {@code SOCK_SEQPACKET} of unix(7): reliable, in
 * order, with an end. Linux; macOS does not have it.
 *
 * <p>{@link #address} is where it was connected to, or where the listener is that it came to.
 *
 * <p>An empty message cannot be sent: many receivers take one for the end of the connection. One
 * that a C program sends is received as a message of 0 bytes; only where two follow each other just
 * before the sender closes is the first taken for the end, and {@code receive} may be called again.
 *
 * <p>Thread-safe; see {@link MessageSocket}.
 */
public final class SeqpacketSocket extends MessageSocket {

    static final short POLLRDHUP = 0x2000;

    private SeqpacketSocket() {}

    /**
     * A socket that is closed, for {@link SeqpacketListener#accept(SeqpacketSocket)} or {@link
     * #connect(Address, Duration, SeqpacketSocket)} to fill again and again.
     *
     * @return a socket without a descriptor
     * @throws UnsupportedOperationException on macOS
     */
    public static SeqpacketSocket closed() {
        requireSeqpacket();
        return new SeqpacketSocket();
    }

    static void requireSeqpacket() {
        if (!Platform.CURRENT.hasSeqpacket()) {
            throw new UnsupportedOperationException(
                    "AF_UNIX has no SOCK_SEQPACKET on this system: use a StreamSocket or a"
                            + " DatagramSocket");
        }
    }

    /**
     * Connects: socket(2), connect(2).
     *
     * @param address a path or an abstract name
     * @param timeout as for {@link StreamSocket#connect(Address, Duration)}
     * @return the connection, to be closed
     * @throws SyscallException if a call fails: {@code EPROTOTYPE} if the listener is of another
     *     type, for an abstract name {@code ECONNREFUSED}; {@link SyscallException#timedOut} when
     *     time ran out
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     * @throws IllegalArgumentException if the timeout is negative or the address not of AF_UNIX
     */
    public static SeqpacketSocket connect(Address address, Duration timeout) throws IOException {
        return connect(address, timeout, Waiting.block());
    }

    /**
     * As {@link #connect(Address, Duration)}, waiting in that way from the beginning.
     *
     * @param address where the listener is
     * @param timeout how long to wait, rounded up to a microsecond; zero waits without limit
     * @param waiting how calls on the socket wait
     * @return the connection, to be closed
     * @throws IOException as {@link #connect(Address, Duration)}
     */
    public static SeqpacketSocket connect(Address address, Duration timeout, Waiting waiting)
            throws IOException {
        SeqpacketSocket socket = closed().waiting(waiting);
        connect(address, timeout, socket);
        return socket;
    }

    /**
     * As {@link #connect(Address, Duration)}, without allocating when this thread's last connection
     * was to the same {@code Address} object.
     *
     * @param address where the listener is
     * @param timeout how long to wait, rounded up to a microsecond; zero waits without limit
     * @param into a socket that is closed; it becomes the new connection, and waits as it did
     * @throws IllegalStateException if {@code into} is open
     * @throws IOException as {@link #connect(Address, Duration)}
     */
    public static void connect(Address address, Duration timeout, SeqpacketSocket into)
            throws IOException {
        Sockets.requireUnix(address);
        Objects.requireNonNull(into, "into").requireClosed("connect");
        long nanos = Timeouts.nanos(timeout);
        try {
            Connecting.connect(
                    into.state(),
                    into.options(),
                    address,
                    Sockets.SOCK_SEQPACKET,
                    Calls.SAFE,
                    nanos);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /**
     * Two that are connected to each other: socketpair(2).
     *
     * @return both, to be closed
     * @throws IOException a {@link SyscallException} if a call fails: {@code EMFILE} when this
     *     process has fewer than two descriptors left
     */
    public static SocketPair<SeqpacketSocket> pair() throws IOException {
        return Sockets.pair(Sockets.SOCK_SEQPACKET, SeqpacketSocket::closed, SeqpacketSocket::open);
    }

    /**
     * Takes over a connection that this process was started with; see {@link
     * StreamSocket#inherited}.
     *
     * @param fd its number; it becomes this object's, unless it is refused
     * @return the owner of the descriptor, to be closed
     * @throws IOException if it is not a connected {@code SOCK_SEQPACKET} socket of AF_UNIX; the
     *     message says what it lacks
     */
    public static SeqpacketSocket inherited(int fd) throws IOException {
        SeqpacketSocket socket = closed();
        socket.state().openShared(fd, Inherited.connection(fd, Sockets.SOCK_SEQPACKET));
        return socket;
    }

    void open(int fd, Address address) {
        state().open(fd, address);
    }

    void requireClosed(String call) {
        if (isOpen()) {
            throw new IllegalStateException(
                    "%s: the socket to fill is still open: %s".formatted(call, this));
        }
    }

    @Override
    public SeqpacketSocket waiting(Waiting waiting) {
        super.waiting(waiting);
        return this;
    }

    /**
     * Ends the messages to the peer, which receives to their end: shutdown(2).
     *
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket; {@code ENOTCONN} when there is
     *     no connection any more
     */
    public void shutdownOutput() throws IOException {
        options().shutdown(Sockets.SHUT_WR);
    }

    /**
     * Ends the input; what the peer sends from now on fails with {@code EPIPE}: shutdown(2).
     *
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket; {@code ENOTCONN} when there is
     *     no connection any more
     */
    public void shutdownInput() throws IOException {
        options().shutdown(Sockets.SHUT_RD);
    }

    /** As {@link StreamSocket#shutdown}. */
    public void shutdown() {
        options().shutdown();
    }

    @Override
    void requireEmptyMessages() {
        throw new IllegalArgumentException(
                "a message must have at least 1 byte: an empty one looks like the end of the"
                        + " connection");
    }

    @Override
    boolean isAtEnd(int fd, MemorySegment buffer) {
        if (Readiness.of(fd, POLLRDHUP, 0) == 0) {
            return false;
        }
        int flags = Sockets.MSG_PEEK | MessageMemory.FORMAT.wantLength();
        return Syscalls.recvDontwait(fd, buffer, 0, 0, flags) == 0;
    }
}
