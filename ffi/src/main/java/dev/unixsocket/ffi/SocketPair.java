package dev.unixsocket.ffi;

import java.io.Closeable;

/**
 * Two sockets that are connected to each other and have no name: socketpair(2). One of them is
 * usually for another thread or, sent over a third socket, for another process.
 *
 * @param first one end
 * @param second the other
 * @param <S> the type of both
 */
public record SocketPair<S extends HasDescriptor>(S first, S second) implements Closeable {

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
