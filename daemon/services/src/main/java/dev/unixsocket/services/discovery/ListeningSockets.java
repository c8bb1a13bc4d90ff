package dev.unixsocket.services.discovery;

import static dev.unixsocket.services.discovery.SocketDirectory.describe;

import dev.unixsocket.ffi.SocketProbe;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The sockets that listen, kept up by the events of a watch. Thread-safe. */
public final class ListeningSockets implements Consumer<SocketChange> {

    /** Events that come together make one list. */
    private static final Duration SETTLE = Duration.ofMillis(50);

    private final Map<Path, SocketProbe> probes = new TreeMap<>();
    private boolean changed;
    private boolean ended;

    /** Empty. */
    public ListeningSockets() {}

    @Override
    public synchronized void accept(SocketChange change) {
        Path path = change.event().path();
        switch (change.event().kind()) {
            case APPEARED -> {}
            case LISTENING -> change.probe().ifPresent(probe -> probes.put(path, probe));
            case STALE, DISAPPEARED -> probes.remove(path);
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
        List<DiscoveredSocket> sockets = new ArrayList<>();
        copy().forEach(
                        (path, probe) ->
                                SocketFileInfo.read(path)
                                        .map(
                                                file ->
                                                        describe(
                                                                file,
                                                                probe,
                                                                Scan.Handshake.OFF,
                                                                names))
                                        .ifPresent(sockets::add));
        return sockets;
    }

    private synchronized Map<Path, SocketProbe> copy() {
        return new TreeMap<>(probes);
    }
}
