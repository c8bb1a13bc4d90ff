package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * A {@link StreamSocket} in the shape of {@link Socket}, for libraries that take one: JDBC drivers,
 * HTTP clients. It connects to the address that it was made for; the host and port that {@code
 * connect} is given are what the library believes in, and are given back by {@link #getPort} and
 * {@link #getRemoteSocketAddress}.
 *
 * <p>{@code SO_TIMEOUT}, {@code SO_RCVBUF} and {@code SO_SNDBUF} have an effect. What only TCP
 * knows is accepted and remembered, since libraries set it for every socket: {@code TCP_NODELAY},
 * {@code SO_KEEPALIVE}, {@code SO_LINGER}, {@code SO_REUSEADDR}, {@code OOBINLINE}, {@code IP_TOS}.
 * Urgent data is refused; there is no {@linkplain #getChannel channel}.
 *
 * <p>Thread-safe. One thread may read while another writes; {@link #close} by a third ends both
 * with {@link SocketException}. {@link Thread#interrupt} ends what a virtual thread waits for and
 * closes the socket, as it does the JDK's own sockets.
 */
public final class UnixSocket extends Socket {

    private final Address address;
    private final StreamSocket socket;
    private final SocketInput input;
    private final SocketOutput output;
    private final RememberedOptions remembered = new RememberedOptions();

    private volatile SocketAddress remote;
    private volatile boolean connected;
    private volatile boolean closed;
    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;
    private volatile int timeoutMillis;

    /** Sizes that were set before it is connected; 0 for none. */
    private volatile int wantedReceiveBuffer;

    private volatile int wantedSendBuffer;

    /**
     * A socket that {@code connect} connects to that address.
     *
     * @param address where {@code connect} goes to, whatever it is told
     * @throws SocketException never; {@link Socket} declares it
     */
    public UnixSocket(Address address) throws SocketException {
        this(address, StreamSocket.closed());
    }

    private UnixSocket(Address address, StreamSocket socket) throws SocketException {
        super((SocketImpl) null);
        this.address = Objects.requireNonNull(address, "address");
        this.socket = socket;
        input = new SocketInput(socket);
        output = new SocketOutput(socket);
    }

    /** A connection that was accepted. */
    static UnixSocket accepted(StreamSocket socket) throws SocketException {
        UnixSocket unix = new UnixSocket(socket.address(), socket);
        unix.remote = InetSocketAddress.createUnresolved(socket.address().toString(), 0);
        unix.connected = true;
        return unix;
    }

    /**
     * The socket itself, for what {@link Socket} has no method for.
     *
     * @return the same one each time; closed until it is connected
     */
    public StreamSocket socket() {
        return socket;
    }

    /** As {@link #connect(SocketAddress, int)}, without a limit. */
    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    /**
     * Connects to the address that this socket was made for.
     *
     * @param endpoint what the caller believes in; not looked up
     * @param timeout in milliseconds, 0 for no limit
     * @throws java.net.ConnectException if nobody listens there
     * @throws java.net.SocketTimeoutException if time ran out
     * @throws SocketException if the socket is closed, connected already, or the call fails
     * @throws IllegalArgumentException if the endpoint is null or the timeout negative
     */
    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (endpoint == null) {
            throw new IllegalArgumentException("connect: The address can't be null");
        }
        if (timeout < 0) {
            throw new IllegalArgumentException("connect: timeout can't be negative");
        }
        requireOpen();
        if (connected) {
            throw new SocketException("already connected");
        }
        try {
            StreamSocket.connect(address, Duration.ofMillis(timeout), socket);
            socket.sendTimeout(Duration.ZERO); // the limit was for connecting
            socket.receiveTimeout(Duration.ofMillis(timeoutMillis));
            if (wantedReceiveBuffer > 0) {
                socket.receiveBuffer(wantedReceiveBuffer);
            }
            if (wantedSendBuffer > 0) {
                socket.sendBuffer(wantedSendBuffer);
            }
        } catch (IOException e) {
            throw JavaErrors.of(e);
        }
        remote = endpoint;
        connected = true;
        if (closed) {
            socket.close();
            throw new SocketException("Socket closed");
        }
    }

    /** Does nothing: a client of AF_UNIX needs no name. */
    @Override
    public void bind(SocketAddress ignored) throws IOException {
        requireOpen();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        requireConnected();
        if (inputShutdown) {
            throw new SocketException("Socket input is shutdown");
        }
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        requireConnected();
        if (outputShutdown) {
            throw new SocketException("Socket output is shutdown");
        }
        return output;
    }

    /** Ends the input: reads find its end, and what the peer writes is refused. */
    @Override
    public void shutdownInput() throws IOException {
        requireConnected();
        if (inputShutdown) {
            throw new SocketException("Socket input is already shutdown");
        }
        socket.shutdownInput();
        inputShutdown = true;
    }

    /** Ends the output: the peer reads to its end. */
    @Override
    public void shutdownOutput() throws IOException {
        requireConnected();
        if (outputShutdown) {
            throw new SocketException("Socket output is already shutdown");
        }
        socket.shutdownOutput();
        outputShutdown = true;
    }

    @Override
    public void close() {
        closed = true;
        socket.close();
    }

    private void requireOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    private void requireConnected() throws SocketException {
        requireOpen();
        if (!connected) {
            throw new SocketException("Socket is not connected");
        }
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isBound() {
        return connected;
    }

    /** Whether it was closed, by an interrupt too. */
    @Override
    public boolean isClosed() {
        return closed || connected && !socket.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    /** The loopback address once it is connected, else null. */
    @Override
    public InetAddress getInetAddress() {
        return connected ? InetAddress.getLoopbackAddress() : null;
    }

    @Override
    public InetAddress getLocalAddress() {
        return InetAddress.getLoopbackAddress();
    }

    /** The port that {@code connect} was given, 0 while it is not connected. */
    @Override
    public int getPort() {
        return remote instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** -1: a client of AF_UNIX has none. */
    @Override
    public int getLocalPort() {
        return -1;
    }

    /** What {@code connect} was given, null while it is not connected. */
    @Override
    public SocketAddress getRemoteSocketAddress() {
        return remote;
    }

    /** Null: a client of AF_UNIX has none. */
    @Override
    public SocketAddress getLocalSocketAddress() {
        return null;
    }

    /** Null: there is none. */
    @Override
    public SocketChannel getChannel() {
        return null;
    }

    /**
     * How long each read may wait.
     *
     * @param timeout in milliseconds, 0 for no limit
     */
    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout can't be negative");
        }
        requireOpen();
        timeoutMillis = timeout;
        if (connected) {
            call(() -> socket.receiveTimeout(Duration.ofMillis(timeout)));
        }
    }

    @Override
    public int getSoTimeout() throws SocketException {
        requireOpen();
        return timeoutMillis;
    }

    private interface Call {
        void make() throws IOException;
    }

    private static void call(Call call) throws SocketException {
        try {
            call.make();
        } catch (IOException e) {
            throw socketException(e);
        }
    }

    private static SocketException socketException(IOException e) {
        SocketException exception = new SocketException(e.getMessage());
        exception.initCause(e);
        return exception;
    }

    /**
     * Sets {@code SO_RCVBUF}.
     *
     * @param size in bytes; before it is connected, for when it is
     */
    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        requirePositive(size);
        requireOpen();
        wantedReceiveBuffer = size;
        if (connected) {
            call(() -> socket.receiveBuffer(size));
        }
    }

    /** {@code SO_RCVBUF} in bytes; before it is connected what was set, 0 if nothing was. */
    @Override
    public int getReceiveBufferSize() throws SocketException {
        requireOpen();
        try {
            return connected ? socket.receiveBuffer() : wantedReceiveBuffer;
        } catch (IOException e) {
            throw socketException(e);
        }
    }

    /**
     * Sets {@code SO_SNDBUF}.
     *
     * @param size in bytes; before it is connected, for when it is
     */
    @Override
    public void setSendBufferSize(int size) throws SocketException {
        requirePositive(size);
        requireOpen();
        wantedSendBuffer = size;
        if (connected) {
            call(() -> socket.sendBuffer(size));
        }
    }

    /** {@code SO_SNDBUF} in bytes; before it is connected what was set, 0 if nothing was. */
    @Override
    public int getSendBufferSize() throws SocketException {
        requireOpen();
        try {
            return connected ? socket.sendBuffer() : wantedSendBuffer;
        } catch (IOException e) {
            throw socketException(e);
        }
    }

    private static void requirePositive(int size) {
        if (size <= 0) {
            throw new IllegalArgumentException("a buffer must have at least 1 byte, not " + size);
        }
    }

    /**
     * Refused: AF_UNIX has no urgent data.
     *
     * @throws SocketException always
     */
    @Override
    public void sendUrgentData(int data) throws IOException {
        throw new SocketException("Urgent data not supported");
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        remember(StandardSocketOptions.TCP_NODELAY, on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return remembered(StandardSocketOptions.TCP_NODELAY);
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        remember(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return remembered(StandardSocketOptions.SO_KEEPALIVE);
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        remember(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return remembered(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        if (trafficClass < 0 || trafficClass > 255) {
            throw new IllegalArgumentException("tc is not in range 0 -- 255");
        }
        remember(StandardSocketOptions.IP_TOS, trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return remembered(StandardSocketOptions.IP_TOS);
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        if (on && seconds < 0) {
            throw new IllegalArgumentException("invalid value for SO_LINGER");
        }
        remember(StandardSocketOptions.SO_LINGER, on ? seconds : -1);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return remembered(StandardSocketOptions.SO_LINGER);
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        requireOpen();
        remembered.urgentInline(on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        requireOpen();
        return remembered.urgentInline();
    }

    private <T> void remember(SocketOption<T> option, T value) throws SocketException {
        requireOpen();
        remembered.set(option, value);
    }

    private <T> T remembered(SocketOption<T> option) throws SocketException {
        requireOpen();
        return remembered.get(option);
    }

    /** The options that {@link #setOption} takes; those of TCP are only remembered. */
    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return RememberedOptions.SUPPORTED;
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        requireSupported(name);
        if (!name.type().isInstance(value)) {
            throw new IllegalArgumentException(
                    "'%s' takes a value of type %s, not %s"
                            .formatted(name, name.type().getSimpleName(), value));
        }
        if (name == StandardSocketOptions.SO_RCVBUF) {
            setReceiveBufferSize((Integer) value);
        } else if (name == StandardSocketOptions.SO_SNDBUF) {
            setSendBufferSize((Integer) value);
        } else {
            remember(name, value);
        }
        return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T getOption(SocketOption<T> name) throws IOException {
        requireSupported(name);
        if (name == StandardSocketOptions.SO_RCVBUF) {
            return (T) (Integer) getReceiveBufferSize();
        }
        if (name == StandardSocketOptions.SO_SNDBUF) {
            return (T) (Integer) getSendBufferSize();
        }
        return remembered(name);
    }

    private static void requireSupported(SocketOption<?> name) {
        Objects.requireNonNull(name, "name");
        if (!RememberedOptions.SUPPORTED.contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    @Override
    public String toString() {
        return "UnixSocket[" + address + (connected ? ", connected]" : ", unconnected]");
    }
}
