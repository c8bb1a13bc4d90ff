package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.function.ToIntBiFunction;

/**
 * A stream socket that connections come to: AF_UNIX, or TCP on the loopback interface.
 *
 * <p>Thread-safe. Any number of threads may wait in {@link #accept} at once; each connection goes
 * to one of them. {@link #close} wakes them all with a {@link SocketClosedException}.
 */
public final class StreamListener implements Closeable {

    private final Descriptor descriptor = new Descriptor();
    private final AcceptWait wait;
    private volatile boolean stopped;

    /** Whether {@code O_NONBLOCK} is set. */
    private volatile boolean neverWaits;

    private StreamListener(int fd, Address address, AcceptWait wait) {
        this.wait = wait;
        descriptor.open(fd, address);
    }

    /**
     * Makes a socket and gives it its address: socket(2), bind(2). Nobody can connect before {@link
     * #listen}. A file that is there already is left alone; {@link SocketFile} knows what to do
     * with it.
     *
     * @throws SyscallException if a call fails: {@code EADDRINUSE} when the path or port is taken
     */
    public static StreamListener bind(Address address) throws IOException {
        return bind(address, (fd, to) -> Syscalls.bind(fd, to.segment(), to.length()));
    }

    /** As {@link #bind(Address)}; the file never has more permissions than {@code mode}. */
    static StreamListener bind(Address.UnixPath address, int mode) throws IOException {
        return bind(address, (fd, to) -> Platform.CURRENT.bindWithMode(fd, to, mode));
    }

    private static StreamListener bind(Address address, ToIntBiFunction<Integer, Sockaddr> call)
            throws IOException {
        int fd = Sockets.create(address);
        try (Arena arena = Arena.ofConfined()) {
            if (address instanceof Address.Loopback) {
                Sockets.check("setsockopt", Sockets.reuseAddress(fd), address);
            }
            Sockaddr sockaddr = Sockaddr.of(address, arena);
            Sockets.check("bind", call.applyAsInt(fd, sockaddr), address);
            return new StreamListener(fd, Sockaddr.bound(fd, address), AcceptWait.Own.INSTANCE);
        } catch (Throwable t) {
            Syscalls.close(fd);
            throw t;
        }
    }

    /**
     * Takes over a listener that this process was started with, as systemd gives them from
     * descriptor 3 on (sd_listen_fds(3)). It is shared with whoever made it, and goes on there when
     * it is closed here: connections that wait, wait for the next process.
     *
     * @param fd its number; it becomes this object's, unless it is refused
     * @throws IOException if it is not a listening stream socket of AF_UNIX; the message says what
     *     it lacks
     */
    public static StreamListener inherited(int fd) throws IOException {
        return new StreamListener(fd, Inherited.check(fd), new SharedAccept());
    }

    /**
     * Lets connections come: listen(2).
     *
     * @param backlog how many may wait to be accepted; Linux lets one more wait than that, and cuts
     *     it to {@code /proc/sys/net/core/somaxconn}
     * @return this listener
     */
    public StreamListener listen(int backlog) throws IOException {
        int fd = descriptor.acquire("listen");
        int result;
        try {
            result = Syscalls.listen(fd, backlog);
        } finally {
            descriptor.release("listen");
        }
        Sockets.check("listen", result, address());
        return this;
    }

    /**
     * Waits for a connection: accept(2).
     *
     * @throws SyscallException if the call fails: {@code EMFILE} when this process has no
     *     descriptor left
     * @throws SocketClosedException if this process closed or {@linkplain #stop stopped} the
     *     listener
     */
    public StreamSocket accept() throws IOException {
        StreamSocket socket = StreamSocket.closed();
        accept(socket);
        return socket;
    }

    /**
     * As {@link #accept()}, without allocating.
     *
     * @param into a socket that is closed; it becomes the new connection. Whoever still holds it
     *     for an earlier one then holds this one
     * @throws IllegalStateException if {@code into} is open; a connection that came meanwhile is
     *     closed
     */
    public void accept(StreamSocket into) throws IOException {
        if (into.isOpen()) {
            throw new IllegalStateException("accept: the socket to fill is still open: " + into);
        }
        int connection = accepted();
        try {
            Sockets.prepare(connection, address());
            into.open(connection, address());
        } catch (Throwable t) {
            Syscalls.close(connection);
            throw t;
        }
    }

    /** The descriptor of the next connection. */
    private int accepted() throws IOException {
        int fd = descriptor.acquire("accept");
        int result = -1;
        boolean open = false;
        try {
            do {
                result = neverWaits ? Syscalls.accept(fd) : wait.accept(fd);
            } while (Errno.EINTR.is(result) && isOpen());
        } finally {
            open = descriptor.release();
        }
        if (!open && result >= 0) {
            Syscalls.close(result);
        }
        if (!open || (result < 0 && stopped)) {
            throw new SocketClosedException("accept", address());
        }
        Sockets.check("accept", result, address());
        return result;
    }

    /**
     * Lets {@link #acceptNow} take the place of {@link #accept}: sets {@code O_NONBLOCK}, fcntl(2).
     * Whoever shares an {@linkplain #inherited inherited} listener shares that too.
     *
     * @return this listener
     */
    public StreamListener nonBlocking() throws IOException {
        int fd = descriptor.acquire();
        if (fd < 0) {
            throw new SocketClosedException("fcntl", address());
        }
        int result;
        try {
            result = ReadinessSyscalls.nonBlocking(fd);
        } finally {
            descriptor.release();
        }
        Sockets.check("fcntl", result, address());
        neverWaits = true;
        return this;
    }

    /**
     * Takes a connection if one is there, and never waits: accept(2) on a listener that is {@link
     * #nonBlocking}. It can find nothing although a {@link Poller} said that something is there:
     * the peer may have gone.
     *
     * @param into a socket that is closed; it becomes the new connection
     * @return whether there was one
     * @throws SyscallException if the call fails: {@code EMFILE} when this process has no
     *     descriptor left
     */
    public boolean acceptNow(StreamSocket into) throws IOException {
        try {
            accept(into);
            return true;
        } catch (SyscallException e) {
            if (e.errno() == Errno.EAGAIN || e.errno() == Errno.ECONNABORTED) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Hands the descriptor to an owner outside of this library, which must close it. This object is
     * closed from then on. To be called while no other thread uses the listener.
     *
     * @return the descriptor
     * @throws IllegalStateException if it is closed or in use
     */
    public int detach() {
        return descriptor.detach();
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /** Where connections come to; the port is the one that {@code bind} chose. */
    public Address address() {
        return descriptor.address();
    }

    /** Whether {@link #close} has not been called. */
    public boolean isOpen() {
        return descriptor.isOpen();
    }

    /**
     * Lets no more connections come, and wakes every thread that waits in {@link #accept} with a
     * {@link SocketClosedException}; on Linux the connections that are in the backlog already are
     * still given out first. The descriptor stays open, so that its owner can close it. Does
     * nothing when it is closed.
     */
    public void stop() {
        int fd = descriptor.acquire();
        if (fd >= 0) {
            stopped = true;
            try {
                wait.wake(fd);
            } finally {
                descriptor.release();
            }
        }
    }

    /**
     * Closes: close(2). A socket file stays where it is. A second call does nothing.
     *
     * <p>The peers of connections that wait in the backlog read {@code ECONNRESET}.
     */
    @Override
    public void close() {
        descriptor.close(wait::wake);
        wait.close();
    }

    @Override
    public String toString() {
        return "StreamListener[" + address() + "]";
    }
}
