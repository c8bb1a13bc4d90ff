package dev.unixsocket.services.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where sockets can be found: a {@linkplain SocketDirectory directory}, or what knows the sockets
 * of several machines. A program that takes one need not know which it has.
 *
 * <p>Thread-safe.
 */
public interface SocketSource extends Closeable {

    /**
     * How often {@link #watch(Consumer)} looks for what nobody tells it, such as a dead listener.
     */
    Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

    /**
     * The sockets as they are now.
     *
     * @param problem called for each part that could not be read, or that may be out of date
     * @return sorted by host and path
     * @throws IOException if nothing can be read
     */
    List<DiscoveredSocket> scan(Consumer<IOException> problem) throws IOException;

    /**
     * As {@link #scan(Consumer)}, without what cannot be read.
     *
     * @throws IOException if nothing can be read
     */
    default List<DiscoveredSocket> scan() throws IOException {
        return scan(problem -> {});
    }

    /**
     * Tells of sockets that come, become ready, go stale and go, until it is closed. Those that are
     * there already are told of first.
     *
     * @param listener called on one thread of the watch's own
     * @param interval within which to notice what nobody tells, such as a listener that died
     * @throws IOException if the source cannot be watched
     */
    default SocketWatch watch(Consumer<SocketEvent> listener, Duration interval)
            throws IOException {
        return changes(change -> listener.accept(change.event()), interval);
    }

    /** As {@link #watch(Consumer, Duration)}, within {@link #DEFAULT_INTERVAL}. */
    default SocketWatch watch(Consumer<SocketEvent> listener) throws IOException {
        return watch(listener, DEFAULT_INTERVAL);
    }

    /** As {@link #watch(Consumer, Duration)}, telling more. */
    SocketWatch changes(Consumer<SocketChange> listener, Duration interval) throws IOException;

    /** Closes its connections, if it has any; watches are to be closed before. */
    @Override
    void close();
}
