package dev.unixsocket.services.discovery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The sockets that listen, kept up by the events of a watch. Thread-safe. */
public final class ListeningSockets implements Consumer<SocketChange> {

    /** Events that come together make one list. */
    private static final Duration SETTLE = Duration.ofMillis(50);

    private final Map<Place, SocketChange> listening = new TreeMap<>();

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

    /** Empty. */
    public ListeningSockets() {}

    @Override
    public synchronized void accept(SocketChange change) {
        SocketEvent event = change.event();
        Place place = new Place(event.host().orElse(""), event.path());
        switch (event.kind()) {
            case APPEARED -> {}
            case LISTENING -> listening.put(place, change);
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

    /** Waits for a change, or for that time; false when nothing more will come. */
    public synchronized boolean awaitChange(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        long left = limit.toNanos();
        while (!changed && !ended && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        end = System.nanoTime() + SETTLE.toNanos();
        while (changed && !ended && (left = end - System.nanoTime()) > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        changed = false;
        return !ended;
    }

    /** Those that listen, with their files and metadata as they are now. */
    public List<DiscoveredSocket> now() {
        KnownNames names = new KnownNames();
        return copy().stream().flatMap(change -> change.socket(names).stream()).toList();
    }

    private synchronized List<SocketChange> copy() {
        return List.copyOf(listening.values());
    }
}
