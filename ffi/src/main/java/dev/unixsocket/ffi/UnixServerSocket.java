package dev.unixsocket.ffi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * A {@link StreamListener} in the shape of {@link ServerSocket}, for servers that take one. It
 * listens already, and is closed with this object; a socket file stays where it is, see {@link
 * SocketFile}.
 *
 * <p>Thread-safe. {@link #close} ends {@link #accept} with {@link SocketException}.
 */
public final class UnixServerSocket extends ServerSocket {

    private final StreamListener listener;
    private volatile int timeoutMillis;

    /**
     * Takes connections from a listener, which becomes this object's to close.
     *
     * @param listener one that listens
     * @throws IOException never; {@link ServerSocket} declares it
     */
    public UnixServerSocket(StreamListener listener) throws IOException {
        super(); // makes no descriptor before it is bound, which it never is
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /**
     * The listener itself, for what {@link ServerSocket} has no method for.
     *
     * @return the same one each time
     */
    public StreamListener listener() {
        return listener;
    }

    /**
     * Waits for a connection.
     *
     * @return a {@link UnixSocket}
     * @throws java.net.SocketTimeoutException if {@link #setSoTimeout} ran out
     * @throws SocketException if it was closed, or the call fails
     */
    @Override
    public Socket accept() throws IOException {
        try {
            return UnixSocket.accepted(listener.accept());
        } catch (IOException e) {
            throw JavaErrors.of(e);
        }
    }

    /**
     * Refused: it is bound.
     *
     * @throws SocketException always
     */
    @Override
    public void bind(SocketAddress endpoint) throws IOException {
        throw new SocketException("Already bound");
    }

    /**
     * Refused: it is bound.
     *
     * @throws SocketException always
     */
    @Override
    public void bind(SocketAddress endpoint, int backlog) throws IOException {
        throw new SocketException("Already bound");
    }

    @Override
    public void close() {
        listener.close();
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return !listener.isOpen();
    }

    /** The loopback address. */
    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    /** -1: AF_UNIX has no ports. */
    @Override
    public int getLocalPort() {
        return -1;
    }

    /** The path or name, as the host of an address without a port. */
    @Override
    public SocketAddress getLocalSocketAddress() {
        return InetSocketAddress.createUnresolved(listener.address().toString(), 0);
    }

    /** Null: there is none. */
    @Override
    public ServerSocketChannel getChannel() {
        return null;
    }

    /**
     * How long each {@link #accept} may wait.
     *
     * @param timeout in milliseconds, 0 for no limit
     */
    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        requireOpen();
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        timeoutMillis = timeout;
        listener.acceptTimeout(Duration.ofMillis(timeout));
    }

    @Override
    public int getSoTimeout() throws IOException {
        requireOpen();
        return timeoutMillis;
    }

    private void requireOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    /** Has no effect: a socket file is taken or not, see {@link SocketFile}. */
    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        requireOpen();
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        requireOpen();
        return false;
    }

    /** Has no effect: an accepted socket has its own buffers. */
    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        requireOpen();
        if (size <= 0) {
            throw new IllegalArgumentException("negative receive size");
        }
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        requireOpen();
        return 0;
    }

    /** None. */
    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public <T> ServerSocket setOption(SocketOption<T> name, T value) {
        Objects.requireNonNull(name, "name");
        throw new UnsupportedOperationException("'" + name + "' not supported");
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        Objects.requireNonNull(name, "name");
        throw new UnsupportedOperationException("'" + name + "' not supported");
    }

    @Override
    public String toString() {
        return "UnixServerSocket[" + listener.address() + "]";
    }
}
