package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.function.IntConsumer;

/**
 * A stream socket that connections come to: AF_UNIX, or TCP on the loopback interface.
 *
 * <p>Thread-safe. Any number of threads may wait in {@link #accept} at once; each connection goes
 * to one of them. {@link #close} wakes them all with a {@link SocketClosedException}.
 */
public final class StreamListener implements Closeable {

    private static final IntConsumer WAKE = fd -> Platform.CURRENT.wakeAccept(fd);

    private final Descriptor descriptor = new Descriptor();
    private final Address address;

    private StreamListener(int fd, Address address) {
        descriptor.open(fd);
        this.address = address;
    }

    /**
     * Makes a socket and gives it its address: socket(2), bind(2). Nobody can connect before {@link
     * #listen}. A file that is there already is left alone; {@link SocketFile} knows what to do
     * with it.
     *
     * @throws SyscallException if a call fails: {@code EADDRINUSE} when the path or port is taken
     */
    public static StreamListener bind(Address address) throws IOException {
        int fd = Sockets.create(address);
        try (Arena arena = Arena.ofConfined()) {
            if (address instanceof Address.Loopback) {
                Sockets.check("setsockopt", Sockets.reuseAddress(fd), address);
            }
            Sockaddr sockaddr = Sockaddr.of(address, arena);
            int result = Syscalls.bind(fd, sockaddr.segment(), sockaddr.length());
            Sockets.check("bind", result, address);
            return new StreamListener(fd, Sockaddr.bound(fd, address));
        } catch (IOException | RuntimeException e) {
            Syscalls.close(fd);
            throw e;
        }
    }

    /**
     * Lets connections come: listen(2).
     *
     * @param backlog how many may wait to be accepted; Linux lets one more wait than that, and cuts
     *     it to {@code /proc/sys/net/core/somaxconn}
     * @return this listener
     */
    public StreamListener listen(int backlog) throws IOException {
        int fd = acquire("listen");
        int result;
        try {
            result = Syscalls.listen(fd, backlog);
        } finally {
            descriptor.release();
        }
        Sockets.check("listen", result, address);
        return this;
    }

    /**
     * Waits for a connection: accept(2).
     *
     * @throws SyscallException if the call fails: {@code EMFILE} when this process has no
     *     descriptor left
     * @throws SocketClosedException if this process closed the listener
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
     */
    public void accept(StreamSocket into) throws IOException {
        if (into.isOpen()) {
            throw new IllegalStateException("accept: the socket to fill is still open: " + into);
        }
        int fd = acquire("accept");
        int result;
        do {
            result = Syscalls.accept(fd);
        } while (Errno.EINTR.is(result) && descriptor.isOpen());
        if (!descriptor.release()) {
            if (result >= 0) {
                Syscalls.close(result);
            }
            throw new SocketClosedException("accept", address);
        }
        Sockets.check("accept", result, address);
        into.open(result, address);
        Sockets.prepare(result, address);
    }

    /** Where connections come to; the port is the one that {@code bind} chose. */
    public Address address() {
        return address;
    }

    /** Whether {@link #close} has not been called. */
    public boolean isOpen() {
        return descriptor.isOpen();
    }

    /**
     * Wakes every thread in {@link #accept}, now and from now on, and lets no more connections
     * come; the descriptor stays open, so that its owner can close it. Does nothing when it is
     * closed.
     */
    public void stop() {
        int fd = descriptor.acquire();
        if (fd >= 0) {
            Platform.CURRENT.wakeAccept(fd);
            descriptor.release();
        }
    }

    /**
     * Closes: close(2). A socket file stays where it is. A second call does nothing.
     *
     * <p>Connections that wait in the backlog are refused.
     */
    @Override
    public void close() {
        descriptor.close(WAKE);
    }

    private int acquire(String call) throws SocketClosedException {
        int fd = descriptor.acquire();
        if (fd < 0) {
            throw new SocketClosedException(call, address);
        }
        return fd;
    }

    @Override
    public String toString() {
        return "StreamListener[" + address + "]";
    }
}
