package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * A connected stream socket: AF_UNIX, or TCP on the loopback interface.
 *
 * <p>Reads and writes wait, up to the timeouts that are set, and allocate nothing on the heap. They
 * pin a virtual thread to its carrier while they wait, so run them on platform threads.
 *
 * <p>Thread-safe. One thread may read while another writes; {@link #close} from a third wakes both
 * with a {@link SocketClosedException} and closes the descriptor when they have left it.
 */
public final class StreamSocket implements Closeable {

    // The same on Linux and on macOS.
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;

    private static final int FEW_GROUPS = 64;

    /** {@code NGROUPS_MAX} of Linux. */
    private static final int MOST_GROUPS = 65536;

    /** A constant, so that closing allocates nothing. */
    private static final IntConsumer WAKE = fd -> Syscalls.shutdown(fd, SHUT_RDWR);

    private final Descriptor descriptor = new Descriptor();

    private StreamSocket() {}

    /**
     * A socket that is closed, for {@link StreamListener#accept(StreamSocket)} or {@link
     * #connect(Address, Duration, StreamSocket)} to fill again and again.
     */
    public static StreamSocket closed() {
        return new StreamSocket();
    }

    /**
     * Connects: socket(2), connect(2).
     *
     * @param timeout how long to wait, rounded up to a microsecond; zero waits without limit. It
     *     stays in force for writes until {@link #sendTimeout} changes it. AF_UNIX waits while the
     *     listener's backlog is full
     * @throws SyscallException if a call fails; {@link SyscallException#timedOut} when time ran out
     */
    public static StreamSocket connect(Address address, Duration timeout) throws IOException {
        StreamSocket socket = closed();
        connect(address, timeout, socket);
        return socket;
    }

    /**
     * As {@link #connect(Address, Duration)}, without allocating when this thread's last connection
     * was to the same {@code Address} object.
     *
     * @param into a socket that is closed; it becomes the new connection. Whoever still holds it
     *     for an earlier one then holds this one
     */
    public static void connect(Address address, Duration timeout, StreamSocket into)
            throws IOException {
        if (into.isOpen()) {
            throw new IllegalStateException("connect: the socket to fill is still open: " + into);
        }
        into.open(Sockets.create(address), address);
        try {
            if (!timeout.isZero()) {
                into.sendTimeout(timeout);
            }
            into.connect();
        } catch (Throwable t) {
            into.close();
            throw t;
        }
    }

    /**
     * A view of a connection that an owner outside of this library has, to ask the kernel about its
     * peer. It is the owner's to close, and not to be used afterwards.
     *
     * @param fd its descriptor
     * @param address where the listener is that it came to
     */
    public static StreamSocket ownedElsewhere(int fd, Address address) {
        StreamSocket socket = closed();
        socket.open(fd, address);
        return socket;
    }

    private void connect() throws IOException {
        ThreadMemory memory = ThreadMemory.current();
        int length = memory.sockaddrLength(address());
        int fd = descriptor.acquire("connect");
        int result;
        try {
            do {
                result = Syscalls.connect(fd, memory.sockaddr, length);
            } while (Errno.EINTR.is(result));
        } finally {
            descriptor.release("connect");
        }
        Sockets.check("connect", result, address());
    }

    void open(int fd, Address address) {
        descriptor.open(fd, address);
    }

    /** Whether {@link #close} has not been called. */
    public boolean isOpen() {
        return descriptor.isOpen();
    }

    /**
     * Where it was connected to, or where the listener is that it came to. It stays when the socket
     * is closed; null for one that was never open.
     */
    public Address address() {
        return descriptor.address();
    }

    /**
     * Reads what is there, waiting for the first byte: read(2).
     *
     * @param buffer native memory
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0, for 0 bytes look like the end
     * @return how many bytes came; 0 at the end of the stream
     * @throws SyscallException if the call fails; {@link SyscallException#timedOut} when the
     *     receive timeout ran out
     * @throws SocketClosedException if this process closed the socket
     */
    public long read(MemorySegment buffer, long offset, long length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        int fd = descriptor.acquire("read");
        long result;
        try {
            do {
                result = read(fd, buffer, offset, length);
            } while (Errno.EINTR.is(result));
        } finally {
            descriptor.release("read");
        }
        return result >= 0 ? result : Sockets.fail("read", result, address());
    }

    /**
     * Writes, waiting while the peer's buffer is full: write(2). A peer that is gone gives {@code
     * EPIPE}, never a signal that ends the process.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length how many of them
     * @return how many bytes were taken: all, unless the send timeout ran out, a signal came, or
     *     the peer went away when some were
     * @throws SyscallException if the call fails; {@link SyscallException#timedOut} when the send
     *     timeout ran out and nothing was taken
     * @throws SocketClosedException if this process closed the socket
     */
    public long write(MemorySegment buffer, long offset, long length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        int fd = descriptor.acquire("write");
        long result;
        try {
            do {
                result = write(fd, buffer, offset, length);
            } while (Errno.EINTR.is(result));
        } finally {
            descriptor.release("write");
        }
        return result >= 0 ? result : Sockets.fail("write", result, address());
    }

    /** What {@link #readNow} and {@link #writeNow} return instead of waiting. */
    public static final long WOULD_WAIT = -1;

    /**
     * Reads what is there and never waits: recv(2) with {@code MSG_DONTWAIT}.
     *
     * @param buffer native memory
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0
     * @return how many bytes came; 0 at the end of the stream; {@link #WOULD_WAIT}
     * @throws SyscallException if the call fails
     * @throws SocketClosedException if this process closed the socket
     */
    public long readNow(MemorySegment buffer, long offset, long length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        MemorySegment target = offset == 0 ? buffer : buffer.asSlice(offset, length);
        int fd = descriptor.acquire("recv");
        long result;
        try {
            do {
                result = Syscalls.recvDontwait(fd, target, length);
            } while (Errno.EINTR.is(result));
        } finally {
            descriptor.release();
        }
        return unlessItWouldWait("recv", result);
    }

    /**
     * Writes what the peer's buffer has room for and never waits: send(2) with {@code
     * MSG_DONTWAIT}. A peer that is gone gives {@code EPIPE}, never a signal.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length how many of them
     * @return how many bytes were taken; {@link #WOULD_WAIT}
     * @throws SyscallException if the call fails
     * @throws SocketClosedException if this process closed the socket
     */
    public long writeNow(MemorySegment buffer, long offset, long length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        MemorySegment source = offset == 0 ? buffer : buffer.asSlice(offset, length);
        int fd = descriptor.acquire("send");
        long result;
        try {
            do {
                result = ReadinessSyscalls.sendDontwait(fd, source, length);
            } while (Errno.EINTR.is(result));
        } finally {
            descriptor.release();
        }
        return unlessItWouldWait("send", result);
    }

    /**
     * Waits until {@link #writeNow} has something to do: there is room in the peer's buffer, or the
     * connection has ended, which it then says. poll(2), {@code POLLOUT}.
     *
     * @param limit rounded up to a millisecond; zero waits without limit
     * @return false when time ran out; true also when a signal came
     * @throws SyscallException if the call fails
     * @throws SocketClosedException if this process closed the socket
     */
    public boolean awaitWritable(Duration limit) throws IOException {
        int fd = descriptor.acquire("poll");
        int result;
        try {
            result = PollPoller.awaitWritable(fd, limit.isZero() ? -1 : Poller.millis(limit));
        } finally {
            descriptor.release("poll");
        }
        if (Errno.EINTR.is(result)) {
            return true;
        }
        Sockets.check("poll", result, address());
        return result > 0;
    }

    private long unlessItWouldWait(String call, long result) throws SyscallException {
        if (Errno.EAGAIN.is(result)) {
            return WOULD_WAIT;
        }
        return result >= 0 ? result : Sockets.fail(call, result, address());
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /**
     * Sets {@code SO_RCVTIMEO}: how long each read may wait.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     */
    public void receiveTimeout(Duration timeout) throws IOException {
        timeout(Platform.CURRENT.soRcvtimeo(), timeout);
    }

    /**
     * Sets {@code SO_SNDTIMEO}: how long each write may wait.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     */
    public void sendTimeout(Duration timeout) throws IOException {
        timeout(Platform.CURRENT.soSndtimeo(), timeout);
    }

    private void timeout(int option, Duration timeout) throws IOException {
        MemorySegment timeval = ThreadMemory.current().timeval;
        Platform.CURRENT.fillTimeval(timeval, timeout);
        int fd = descriptor.acquire("setsockopt");
        int result;
        try {
            result =
                    Syscalls.setsockopt(
                            fd,
                            Platform.CURRENT.solSocket(),
                            option,
                            timeval,
                            Platform.CURRENT.timevalBytes());
        } finally {
            descriptor.release("setsockopt");
        }
        Sockets.check("setsockopt", result, address());
    }

    /**
     * Who is at the other end, by the kernel's word: getsockopt(2), {@code SO_PEERCRED} of unix(7).
     *
     * @throws UnsupportedOperationException over TCP, where the kernel does not know
     */
    public PeerCredentials peerCredentials() throws IOException {
        CredentialsBuffer buffer = new CredentialsBuffer();
        peerCredentials(buffer);
        return buffer.snapshot();
    }

    /** As {@link #peerCredentials()}, without allocating. */
    public void peerCredentials(CredentialsBuffer into) throws IOException {
        if (address() instanceof Address.Loopback) {
            throw new UnsupportedOperationException(
                    "the kernel knows the peer of an AF_UNIX socket only, not of " + address());
        }
        int fd = descriptor.acquire("getsockopt");
        int result;
        try {
            result = Platform.CURRENT.peerCredentials(fd, into);
        } finally {
            descriptor.release("getsockopt");
        }
        Sockets.check("getsockopt", result, address());
    }

    /**
     * The groups of the process at the other end, as it was when it connected: getsockopt(2),
     * {@code SO_PEERGROUPS} of unix(7) since Linux 4.13, which leaves out the primary group of
     * {@link #peerCredentials} unless it is a supplementary one too; on macOS {@code
     * LOCAL_PEERCRED}, which knows 16 at most.
     *
     * @return group IDs, to be compared as unsigned numbers
     */
    public int[] peerGroups() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            for (int room = FEW_GROUPS; ; room *= 8) {
                MemorySegment gids = arena.allocate(JAVA_INT, room);
                int result = peerGroups(gids);
                if (!Errno.ERANGE.is(result) || room > MOST_GROUPS) {
                    Sockets.check("getsockopt", result, address());
                    return gids.asSlice(0, (long) result * Integer.BYTES).toArray(JAVA_INT);
                }
            }
        }
    }

    private int peerGroups(MemorySegment gids) throws IOException {
        int fd = descriptor.acquire("getsockopt");
        try {
            return Platform.CURRENT.peerGroups(fd, gids);
        } finally {
            descriptor.release("getsockopt");
        }
    }

    /** Ends the stream to the peer, which reads to its end; reading goes on: shutdown(2). */
    public void shutdownOutput() throws IOException {
        int fd = descriptor.acquire("shutdown");
        int result;
        try {
            result = Syscalls.shutdown(fd, SHUT_WR);
        } finally {
            descriptor.release("shutdown");
        }
        Sockets.check("shutdown", result, address());
    }

    /**
     * Ends the stream in both directions and wakes whoever waits on it; the socket stays open, so
     * that its owner can close it. Does nothing when it is closed, or the peer is gone.
     */
    public void shutdown() {
        int fd = descriptor.acquire();
        if (fd >= 0) {
            try {
                Syscalls.shutdown(fd, SHUT_RDWR);
            } finally {
                descriptor.release();
            }
        }
    }

    /** Closes: close(2). Threads that wait on the socket are woken. A second call does nothing. */
    @Override
    public void close() {
        descriptor.close(WAKE);
    }

    // A slice only where one is needed, and in a branch of its own: merged with the whole buffer
    // into one variable, the compiler would have to make it on the heap.

    private static long read(int fd, MemorySegment buffer, long offset, long length) {
        if (offset == 0) {
            return Syscalls.read(fd, buffer, length);
        }
        return Syscalls.read(fd, buffer.asSlice(offset, length), length);
    }

    private static long write(int fd, MemorySegment buffer, long offset, long length) {
        if (offset == 0) {
            return Syscalls.write(fd, buffer, length);
        }
        return Syscalls.write(fd, buffer.asSlice(offset, length), length);
    }

    @Override
    public String toString() {
        return "StreamSocket[" + address() + "]";
    }
}
