package dev.unixsocket.services.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Watches a {@link SocketSource} until it is closed: its listener is told what changes.
 * Thread-safe.
 */
public interface SocketWatch extends Closeable {

    /**
     * Waits until the listener has been told of the sockets that were there when the watch began,
     * or the watch has ended.
     *
     * @return false if that did not happen within the limit
     */
    boolean awaitFirst(Duration limit) throws InterruptedException;

    /**
     * Waits until the watch has ended: it was closed, the source cannot be read any more, or the
     * listener threw an {@link java.io.UncheckedIOException}.
     *
     * @return why it ended by itself
     */
    Optional<IOException> await() throws InterruptedException;

    /** Ends the watch. When this returns, the listener is not called any more. */
    @Override
    void close() throws IOException;
}
