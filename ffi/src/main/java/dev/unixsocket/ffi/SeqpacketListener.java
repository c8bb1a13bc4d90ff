package dev.unixsocket.ffi;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.ToIntBiFunction;

/**
 * A socket of type {@code SOCK_SEQPACKET} that connections come to, at a path or an abstract name.
 * Linux; macOS does not have it. All is as {@link StreamListener} has it. {@link
 * MessageSocketFile#listen} puts one in the place of a stale file.
 *
 * <p>Thread-safe. {@link #close} ends the calls of other threads with a {@link
 * SocketClosedException}. A listener that is garbage before it was closed is closed then.
 */
public final class SeqpacketListener implements HasDescriptor {

    private final Acceptor acceptor;

    private SeqpacketListener(int fd, Address address, boolean shared) {
        acceptor = new Acceptor(this, fd, address, Calls.SAFE, shared);
    }

    /**
     * Makes a socket and gives it its address: socket(2), bind(2). Nobody can connect before {@link
     * #listen}.
     *
     * @param address a path where no file is, or an abstract name
     * @return to be closed
     * @throws SyscallException if a call fails: {@code EADDRINUSE} when it is taken
     * @throws UnsupportedOperationException on macOS
     * @throws IllegalArgumentException if the address is not of AF_UNIX
     */
    public static SeqpacketListener bind(Address address) throws IOException {
        return bind(address, (own, to) -> Syscalls.bind(own, to.segment(), to.length()));
    }

    /** As {@link #bind(Address)}; the file never has more permissions than {@code mode}. */
    static SeqpacketListener bind(Address.UnixPath address, int mode) throws IOException {
        return bind(address, (own, to) -> Platform.CURRENT.bindWithMode(own, to, mode));
    }

    private static SeqpacketListener bind(Address address, ToIntBiFunction<Integer, Sockaddr> call)
            throws IOException {
        SeqpacketSocket.requireSeqpacket();
        Sockets.requireUnix(address);
        Syscalls.prepareListening(Calls.SAFE);
        int fd = Sockets.create(address, Sockets.SOCK_SEQPACKET, Calls.SAFE, true);
        SeqpacketListener listener = new SeqpacketListener(fd, address, false);
        listener.acceptor.bind(call);
        return listener;
    }

    /**
     * Takes over a listener that this process was started with; see {@link
     * StreamListener#inherited}.
     *
     * @param fd its number; it becomes this object's, unless it is refused
     * @return the owner of the descriptor, to be closed
     * @throws IOException if it is not a listening {@code SOCK_SEQPACKET} socket of AF_UNIX; the
     *     message says what it lacks
     */
    public static SeqpacketListener inherited(int fd) throws IOException {
        SeqpacketSocket.requireSeqpacket();
        Address address = Inherited.listener(fd, Sockets.SOCK_SEQPACKET);
        return new SeqpacketListener(fd, address, true);
    }

    /**
     * As {@link StreamListener#waiting(Waiting)}.
     *
     * @param waiting how calls wait from now on
     * @return this listener
     */
    public SeqpacketListener waiting(Waiting waiting) {
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
     * As {@link StreamListener#acceptTimeout}.
     *
     * @param timeout rounded up to a millisecond; zero waits without limit
     * @return this listener
     */
    public SeqpacketListener acceptTimeout(Duration timeout) {
        acceptor.acceptTimeout(timeout);
        return this;
    }

    /**
     * As {@link StreamListener#listen}.
     *
     * @param backlog how many may wait to be accepted; not negative
     * @return this listener
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the listener
     */
    public SeqpacketListener listen(int backlog) throws IOException {
        acceptor.listen(backlog);
        return this;
    }

    /**
     * Waits for a connection: accept4(2).
     *
     * @return the connection, to be closed
     * @throws SyscallException if the call fails: {@code EMFILE} when this process has no
     *     descriptor left; {@link SyscallException#timedOut} when {@link #acceptTimeout} ran out
     * @throws SocketClosedException if this process closed or {@linkplain #stop stopped} the
     *     listener
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     */
    public SeqpacketSocket accept() throws IOException {
        SeqpacketSocket socket = SeqpacketSocket.closed();
        accept(socket);
        return socket;
    }

    /**
     * As {@link #accept()}, without allocating.
     *
     * @param into a socket that is closed; it becomes the new connection
     * @throws IllegalStateException if {@code into} is open
     * @throws IOException as {@link #accept()}
     */
    public void accept(SeqpacketSocket into) throws IOException {
        Objects.requireNonNull(into, "into").requireClosed("accept");
        fill(into, acceptor.accept());
    }

    /**
     * Takes a connection if one is there, and never waits; see {@link StreamListener#acceptNow}.
     *
     * @param into a socket that is closed; it becomes the new connection
     * @return whether there was one
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the listener
     */
    public boolean acceptNow(SeqpacketSocket into) throws IOException {
        Objects.requireNonNull(into, "into").requireClosed("accept");
        int fd = acceptor.acceptNow();
        if (fd == Acceptor.NONE) {
            return false;
        }
        fill(into, fd);
        return true;
    }

    private void fill(SeqpacketSocket into, int fd) {
        try {
            into.open(fd, address());
        } catch (Throwable t) {
            Syscalls.close(fd);
            throw t;
        }
        into.waiting(waiting());
    }

    SocketState state() {
        return acceptor.state();
    }

    /**
     * Where connections come to.
     *
     * @return a path or an abstract name
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

    /** As {@link StreamListener#stop}. */
    public void stop() {
        acceptor.state().stop();
    }

    /** Closes: close(2). A socket file stays where it is. A second call does nothing. */
    @Override
    public void close() {
        acceptor.state().close();
    }

    @Override
    public String toString() {
        return "SeqpacketListener[" + address() + "]";
    }
}
