package dev.unixsocket.ffi;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.ToIntBiFunction;

/**
 * A stream socket that connections come to: AF_UNIX, or TCP on the loopback interface.
 *
 * <p>{@link #accept} waits as {@link #waiting(Waiting)} says, up to {@link #acceptTimeout}. A
 * virtual thread leaves its carrier while it waits, and can be {@linkplain Thread#interrupt
 * interrupted} then, which closes the listener, as it does the JDK's channels.
 *
 * <p>Thread-safe. Any number of threads may wait in {@link #accept} at once; each connection goes
 * to one of them. {@link #close} wakes them all with a {@link SocketClosedException}. A listener
 * that is garbage before it was closed is closed then.
 */
public final class StreamListener implements HasDescriptor {

    private final Acceptor acceptor;

    private StreamListener(int fd, Address address, Calls calls, boolean shared) {
        acceptor = new Acceptor(this, fd, address, calls, shared);
    }

    /**
     * Makes a socket and gives it its address: socket(2), bind(2). Nobody can connect before {@link
     * #listen}. A file that is there already is left alone; {@link SocketFile} knows what to do
     * with it.
     *
     * @param address a path, an abstract name, or a port of 127.0.0.1
     * @return to be closed
     * @throws SyscallException if a call fails: {@code EADDRINUSE} when the path or port is taken
     */
    public static StreamListener bind(Address address) throws IOException {
        return bind(address, Calls.SAFE);
    }

    /**
     * As {@link #bind(Address)}, with those calls, for accepted connections too.
     *
     * @param address a path, an abstract name, or a port of 127.0.0.1
     * @param calls which calls accept, and write on the connections
     * @return to be closed
     * @throws IOException as {@link #bind(Address)}
     */
    public static StreamListener bind(Address address, Calls calls) throws IOException {
        return bind(address, calls, (fd, to) -> Syscalls.bind(fd, to.segment(), to.length()));
    }

    /** As {@link #bind(Address)}; the file never has more permissions than {@code mode}. */
    static StreamListener bind(Address.UnixPath address, int mode) throws IOException {
        return bind(address, Calls.SAFE, (fd, to) -> Platform.CURRENT.bindWithMode(fd, to, mode));
    }

    private static StreamListener bind(
            Address address, Calls calls, ToIntBiFunction<Integer, Sockaddr> call)
            throws IOException {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(calls, "calls");
        Syscalls.prepareListening(calls);
        int fd = Sockets.create(address, Sockets.SOCK_STREAM, calls, true);
        // Made before bind(2): whoever sees the name then connects at once, and is refused until
        // listen(2), so that nothing is loaded or waited for in between.
        StreamListener listener = new StreamListener(fd, address, calls, false);
        listener.acceptor.bind(call);
        return listener;
    }

    /**
     * Takes over a listener that this process was started with, as systemd gives them from
     * descriptor 3 on (sd_listen_fds(3)). It becomes close-on-exec: fcntl(2). It is shared with
     * whoever made it, and goes on there when it is closed here: connections that wait, wait for
     * the next process.
     *
     * @param fd its number; it becomes this object's, unless it is refused
     * @return the owner of the descriptor, to be closed
     * @throws IOException if it is not a listening stream socket of AF_UNIX; the message says what
     *     it lacks
     */
    public static StreamListener inherited(int fd) throws IOException {
        Address address = Inherited.listener(fd, Sockets.SOCK_STREAM);
        return new StreamListener(fd, address, Calls.SAFE, true);
    }

    /**
     * Says how {@link #accept} waits, and the connections that it gives out. Where that is not
     * {@link Waiting#block}, the listener gets {@code O_NONBLOCK}, which an {@linkplain #inherited
     * inherited} one has in the other process too from then on.
     *
     * @param waiting how calls wait from now on
     * @return this listener
     */
    public StreamListener waiting(Waiting waiting) {
        acceptor.state().waiting(waiting);
        return this;
    }

    /**
     * How it waits: {@link Waiting#block} unless it was said otherwise.
     *
     * @return the strategy; never null
     */
    public Waiting waiting() {
        return acceptor.state().waiting();
    }

    /**
     * Says how long each {@link #accept} may wait. It then waits in poll(2), with {@code
     * O_NONBLOCK} as {@link #waiting(Waiting)} says.
     *
     * @param timeout rounded up to a millisecond; zero waits without limit
     * @return this listener
     * @throws IllegalArgumentException if it is negative
     */
    public StreamListener acceptTimeout(Duration timeout) {
        acceptor.acceptTimeout(timeout);
        return this;
    }

    /**
     * Lets connections come: listen(2).
     *
     * @param backlog how many may wait to be accepted; Linux lets one more wait than that, and cuts
     *     it to {@code /proc/sys/net/core/somaxconn}
     * @return this listener
     * @throws IllegalArgumentException if it is negative
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the listener
     */
    public StreamListener listen(int backlog) throws IOException {
        acceptor.listen(backlog);
        return this;
    }

    /**
     * Waits for a connection: accept4(2), or accept(2) with {@link Calls#PLAIN}.
     *
     * @return the connection, to be closed
     * @throws SyscallException if the call fails: {@code EMFILE} when this process has no
     *     descriptor left; {@link SyscallException#timedOut} when {@link #acceptTimeout} ran out
     * @throws SocketClosedException if this process closed or {@linkplain #stop stopped} the
     *     listener
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
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
     * @throws IOException as {@link #accept()}
     */
    public void accept(StreamSocket into) throws IOException {
        requireClosed(into);
        fill(into, acceptor.accept());
    }

    private static void requireClosed(StreamSocket into) {
        Objects.requireNonNull(into, "into");
        if (into.isOpen()) {
            throw new IllegalStateException("accept: the socket to fill is still open: " + into);
        }
    }

    private void fill(StreamSocket into, int fd) {
        try {
            into.open(fd, address(), acceptor.calls());
        } catch (Throwable t) {
            Syscalls.close(fd);
            throw t;
        }
        into.waiting(waiting());
    }

    /**
     * Sets {@code O_NONBLOCK}, fcntl(2), for an owner outside of this library or for {@link
     * #acceptNow}. Whoever shares an {@linkplain #inherited inherited} listener shares that too.
     *
     * @return this listener
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the listener
     */
    public StreamListener nonBlocking() throws IOException {
        acceptor.nonBlocking();
        return this;
    }

    /**
     * Takes a connection if one is there, and never waits: accept4(2) on a listener that has {@code
     * O_NONBLOCK}, which it gets with the first such call; whoever shares an {@linkplain #inherited
     * inherited} listener has that too. It can find nothing although a {@link Poller} said that
     * something is there: the peer may have gone.
     *
     * @param into a socket that is closed; it becomes the new connection
     * @return whether there was one
     * @throws SyscallException if the call fails: {@code EMFILE} when this process has no
     *     descriptor left
     */
    public boolean acceptNow(StreamSocket into) throws IOException {
        requireClosed(into);
        int fd = acceptor.acceptNow();
        if (fd == Acceptor.NONE) {
            return false;
        }
        fill(into, fd);
        return true;
    }

    /**
     * Hands the descriptor to an owner outside of this library, which must close it. This object is
     * closed from then on. To be called while no other thread uses the listener.
     *
     * @return the descriptor
     * @throws IllegalStateException if it is closed or in use
     */
    public int detach() {
        return acceptor.detach();
    }

    SocketState state() {
        return acceptor.state();
    }

    /**
     * Where connections come to; the port is the one that {@code bind} chose.
     *
     * @return a path, an abstract name, or a port of 127.0.0.1
     */
    public Address address() {
        return acceptor.address();
    }

    /**
     * Whether {@link #close} has not been called.
     *
     * @return true until it is closed
     */
    public boolean isOpen() {
        return acceptor.isOpen();
    }

    /**
     * Lets no more connections come, and wakes every thread that waits in {@link #accept} with a
     * {@link SocketClosedException}; on Linux the connections that are in the backlog already are
     * still given out first. The descriptor stays open, so that its owner can close it. Does
     * nothing when it is closed.
     */
    public void stop() {
        acceptor.state().stop();
    }

    /**
     * Closes: close(2). A socket file stays where it is. A second call does nothing.
     *
     * <p>The peers of connections that wait in the backlog read {@code ECONNRESET}.
     */
    @Override
    public void close() {
        acceptor.state().close();
    }

    @Override
    public String toString() {
        return "StreamListener[" + address() + "]";
    }
}
