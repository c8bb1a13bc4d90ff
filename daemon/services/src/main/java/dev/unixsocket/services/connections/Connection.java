package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.SharedMemoryLimit;
import dev.unixsocket.ffi.SharedMemorySocket;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.wire.Deadline;

import java.io.IOException;
import java.util.Optional;

/**
 * One connection of a server, as its {@link Protocol} sees it: the socket, who is at its other end,
 * and by when what it is doing must be done.
 *
 * <p>It belongs to one thread, but for {@link #isStopping}, {@link #isBusy} and the server's own
 * methods. A {@link Workers} server uses one object for a connection after the other.
 */
public final class Connection {

    private final StreamSocket socket;

    /** The socket, or what may take its place. */
    private volatile ByteStream stream;

    private final CredentialsBuffer peer = new CredentialsBuffer();
    private final Deadline deadline = new Deadline();
    private Meter meter = Meter.NONE;
    private boolean identified;
    private volatile boolean busy;
    private volatile boolean stopping;
    private Optional<Runnable> atStop = Optional.empty();

    /** On a socket, which stays the caller's. */
    public Connection(StreamSocket socket) {
        this.socket = socket;
        this.stream = socket;
    }

    /** The socket, which the server closes. */
    public StreamSocket socket() {
        return socket;
    }

    /** What bytes are read from and written to: the socket, unless memory is shared. */
    public ByteStream stream() {
        return stream;
    }

    /**
     * Lets a peer that offers it share memory, which then carries the bytes. To be called before
     * the first of them is read or written. Over TCP it does nothing.
     *
     * @param limit of what all connections of the server have together
     */
    public void acceptSharedMemory(SharedMemoryLimit limit) {
        if (isVouchedFor()) {
            stream = SharedMemorySocket.accept(socket, limit);
        }
    }

    /** Who is at the other end, by the kernel's word; empty over TCP, where nobody vouches. */
    public Optional<PeerCredentials> peer() {
        return isVouchedFor() ? Optional.of(peer.snapshot()) : Optional.empty();
    }

    /** By when what is under way must be done; enforced by servers that say so. */
    public Deadline deadline() {
        return deadline;
    }

    /** What counts what happens on it. */
    public Meter meter() {
        return meter;
    }

    /** It was admitted. */
    void opened(Meter meter) {
        this.meter = meter;
        meter.opened();
    }

    /** It has ended; for a server that closes the socket by itself. A second call does nothing. */
    public void ended() {
        meter.closed();
        meter = Meter.NONE;
    }

    /** A request has begun: a server that stops lets it be answered. */
    public void begin() {
        busy = true;
    }

    /** All requests that have begun are answered. */
    public void end() {
        busy = false;
    }

    /** Whether a request has begun and is not answered. */
    public boolean isBusy() {
        return busy;
    }

    /** Whether the server stops, so that no further request is to be begun. */
    public boolean isStopping() {
        return stopping;
    }

    /**
     * Says how the connection ends when the server stops, in place of being shut down as soon as it
     * is not {@linkplain #begin busy}. If the server has stopped already, that is now.
     *
     * @param action is called from another thread, maybe more than once
     */
    public void atStop(Runnable action) {
        synchronized (this) {
            atStop = Optional.of(action);
        }
        if (stopping) {
            action.run();
        }
    }

    boolean isVouchedFor() {
        return !(socket.address() instanceof Address.Loopback);
    }

    /** Asks the kernel who the peer is. */
    CredentialsBuffer identify() throws IOException {
        socket.peerCredentials(peer);
        identified = true;
        return peer;
    }

    /** Lets the connection end: at once if it is idle. May be called from any thread. */
    public void stop() {
        Optional<Runnable> action;
        synchronized (this) {
            stopping = true;
            action = atStop;
        }
        if (action.isPresent()) {
            action.get().run();
        } else if (!busy) {
            stream.shutdown();
        }
    }

    /** Ends what has passed its deadline. */
    void enforceDeadline() {
        deadline.enforce(stream);
    }

    /** Closes the socket; the object can be used for the next connection then. */
    void close() {
        busy = false;
        deadline.end();
        stream.close();
        stream = socket;
        ended();
    }

    @Override
    public String toString() {
        return identified ? peer.toString() : "a peer of " + socket.address();
    }
}
