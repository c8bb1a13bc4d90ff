package dev.unixsocket.services.ipc;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.connections.Connection;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One connection, as the handlers see it: who is at its other end, and what handlers keep for it
 * until it closes.
 *
 * <p>Confined to the connection's thread, but for {@link #isPeerGone} and {@link #isStopping}.
 */
public final class IpcSession {

    private static final Logger LOG = System.getLogger("dev.unixsocket.ipc");

    private final Optional<PeerCredentials> peer;
    private final BooleanSupplier stopping;
    private final BooleanSupplier hungUp;
    private final Map<Class<?>, AutoCloseable> kept = new HashMap<>();

    IpcSession(Connection connection) {
        this.peer = connection.peer();
        this.stopping = connection::isStopping;
        this.hungUp = () -> isHungUp(connection.socket());
    }

    private static boolean isHungUp(StreamSocket socket) {
        try {
            return socket.isHungUp();
        } catch (IOException e) {
            return true;
        }
    }

    /** Who is at the other end, by the kernel's word; empty over TCP. */
    public Optional<PeerCredentials> peer() {
        return peer;
    }

    /** Whether the peer has gone: nobody waits for an answer. For handlers that take their time. */
    public boolean isPeerGone() {
        return hungUp.getAsBoolean();
    }

    /** Whether the server stops: it waits for the answer to the request in hand. */
    public boolean isStopping() {
        return stopping.getAsBoolean();
    }

    /**
     * What is kept under that type, made when it is asked for the first time and closed with the
     * connection.
     */
    public <T extends AutoCloseable> T keep(Class<T> type, Supplier<T> maker) {
        return type.cast(kept.computeIfAbsent(type, _ -> maker.get()));
    }

    void close() {
        for (AutoCloseable resource : kept.values()) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "closing what a connection kept", e);
            }
        }
        kept.clear();
    }
}
