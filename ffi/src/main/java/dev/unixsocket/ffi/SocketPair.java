package dev.unixsocket.ffi;

import java.io.Closeable;
import java.util.Objects;

/**
 * Two sockets that are connected to each other and have no name: socketpair(2). One of them is
 * usually for another thread or, sent over a third socket, for another process.
 *
 * @param first one end
 * @param second the other
 * @param <S> the type of both
 */
public record SocketPair<S extends HasDescriptor>(S first, S second) implements Closeable {

    /**
     * Holds two sockets, which it does not connect.
     *
     * @param first one end
     * @param second the other
     * @throws NullPointerException if there is no socket
     */
    public SocketPair {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
    }

    /** Closes both ends. */
    @Override
    public void close() {
        try {
            first.close();
        } finally {
            second.close();
        }
    }
}
