package dev.unixsocket.daemon.discovery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The sockets that listen, kept up by the events of a watch. Thread-safe. */
final class ListeningPaths implements Consumer<SocketEvent> {

    /** Events that come together make one list. */
    private static final Duration SETTLE = Duration.ofMillis(50);

    private final TreeSet<Path> paths = new TreeSet<>();
    private boolean changed;
    private boolean ended;

    @Override
    public synchronized void accept(SocketEvent event) {
        switch (event.kind()) {
            case APPEARED -> {}
            case LISTENING -> paths.add(event.path());
            case STALE, DISAPPEARED -> paths.remove(event.path());
        }
        changed = true;
        notifyAll();
    }

    /** Ends the waiting; nothing more will come. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Waits for a change, or for that time; false when nothing more will come. */
    synchronized boolean awaitChange(Duration limit) throws InterruptedException {
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

    /** Those that listen, as their directory shows them now. */
    synchronized List<SocketFileInfo> files() {
        return paths.stream().map(SocketFileInfo::read).flatMap(Optional::stream).toList();
    }
}
