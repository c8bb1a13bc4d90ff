package dev.unixsocket.services.discovery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The sockets that listen, kept up by the events of a watch. What an event names is described anew,
 * and all sockets once in an interval, in which their metadata may have changed.
 *
 * <p>Thread-safe, but for {@link #awaitChange} and {@link #now}, which are for one thread.
 */
public final class ListeningSockets implements Consumer<SocketChange> {

    /** Events that come together make one list. */
    private static final Duration SETTLE = Duration.ofMillis(50);

    private final long intervalNanos;
    private final Map<Place, Listening> listening = new TreeMap<>();
    private long nextRound = System.nanoTime();

    /** A socket, and what was last found out about it. */
    private static final class Listening {

        private final SocketChange change;
        private Optional<DiscoveredSocket> description = Optional.empty();

        Listening(SocketChange change) {
            this.change = change;
        }
    }

    /** What tells one socket from the others. */
    private record Place(String host, Path path) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::host).thenComparing(Place::path);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private boolean changed;
    private boolean ended;

    /**
     * Empty.
     *
     * @param interval within which to read all files and metadata again
     */
    public ListeningSockets(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    @Override
    public synchronized void accept(SocketChange change) {
        SocketEvent event = change.event();
        Place place = new Place(event.host().orElse(""), event.path());
        switch (event.kind()) {
            case APPEARED -> {}
            case LISTENING -> listening.put(place, new Listening(change));
            case STALE, DISAPPEARED -> listening.remove(place);
        }
        changed = true;
        notifyAll();
    }

    /** Ends the waiting; nothing more will come. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * Waits until {@link #now} has something to read: a change, or all, after the interval.
     *
     * @return false when nothing more will come
     */
    public synchronized boolean awaitChange() throws InterruptedException {
        long left;
        while (!changed && !ended && (left = nextRound - System.nanoTime()) > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        long end = System.nanoTime() + SETTLE.toNanos();
        while (changed && !ended && (left = end - System.nanoTime()) > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        changed = false;
        return !ended;
    }

    /**
     * Those that listen, with their files and metadata: of a socket that was told of since the last
     * call as they are now, of the others as they were within the interval.
     */
    public List<DiscoveredSocket> now() {
        KnownNames names = new KnownNames();
        List<Listening> sockets = copy();
        boolean round = System.nanoTime() - nextRound >= 0;
        for (Listening socket : sockets) {
            if (round || socket.description.isEmpty()) {
                socket.description = socket.change.socket(names);
            }
        }
        if (round) {
            nextRound = System.nanoTime() + intervalNanos;
        }
        return sockets.stream().flatMap(socket -> socket.description.stream()).toList();
    }

    private synchronized List<Listening> copy() {
        return List.copyOf(listening.values());
    }
}
