package dev.unixsocket.uds.etcd;

import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.SocketChange;
import dev.unixsocket.services.discovery.SocketEvent;
import dev.unixsocket.services.discovery.SocketState;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.discovery.SocketJson;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The keys of all machines as a watch knows them; each change to them is told once, however often
 * etcd sends it. Confined to one thread.
 */
final class View {

    /**
     * A key.
     *
     * @param revision when it was set
     * @param socket that it stands for; empty if it is none that listens
     */
    private record Known(String key, long revision, Optional<DiscoveredSocket> socket) {}

    /**
     * Something to tell.
     *
     * @param change what happened
     * @param isEvent whether that is more than another description of the same listener
     */
    record News(SocketChange change, boolean isEvent) {}

    private final Keys keys;
    private final Consumer<News> listener;
    private final Map<String, Known> known = new HashMap<>();

    View(Keys keys, Consumer<News> listener) {
        this.keys = keys;
        this.listener = listener;
    }

    /** How many keys there are. */
    int size() {
        return known.size();
    }

    /** The socket that a key stands for; empty for a key that is not as agents write it. */
    static Optional<DiscoveredSocket> socket(Keys keys, KeyValue key) {
        try {
            return keys.parse(key.key())
                    .map(
                            name ->
                                    SocketJson.remote(
                                            name.host(), name.path(), Json.object(key.value())));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // somebody else's text, which nobody can be asked about
        }
    }

    /** A key was set. */
    void put(KeyValue key) {
        Known old = known.get(key.key());
        if (old != null && old.revision >= key.revision()) {
            return; // told before a connection was lost
        }
        Optional<DiscoveredSocket> socket =
                socket(keys, key).filter(one -> one.state() == SocketState.LISTENING);
        known.put(key.key(), new Known(key.key(), key.revision(), socket));
        Optional<DiscoveredSocket> before = old == null ? Optional.empty() : old.socket;
        if (socket.isPresent()) {
            tell(SocketEvent.Kind.LISTENING, socket.get(), isOther(before, socket.get()));
        } else {
            before.ifPresent(gone -> tell(SocketEvent.Kind.DISAPPEARED, gone, true));
        }
    }

    private static boolean isOther(Optional<DiscoveredSocket> before, DiscoveredSocket now) {
        return before.isEmpty() || !before.get().pid().equals(now.pid());
    }

    /** A key was removed. */
    void delete(String key, long revision) {
        Known old = known.get(key);
        if (old != null && old.revision < revision) {
            known.remove(key);
            old.socket.ifPresent(socket -> tell(SocketEvent.Kind.DISAPPEARED, socket, true));
        }
    }

    /** All keys are these: what is different is told. */
    void replace(KeyRange.Contents now) {
        Map<String, KeyValue> there = new HashMap<>();
        now.keys().forEach(key -> there.put(key.key(), key));
        List<Known> gone = new ArrayList<>(known.values());
        gone.removeIf(one -> there.containsKey(one.key));
        gone.sort(Comparator.comparing(Known::key));
        gone.forEach(one -> delete(one.key, Long.MAX_VALUE));
        now.keys().stream().sorted(Comparator.comparingLong(KeyValue::revision)).forEach(this::put);
    }

    /** As {@link #replace}, of another cluster, whose revisions say nothing of those known. */
    void replaceByOther(KeyRange.Contents now) {
        known.replaceAll((key, old) -> new Known(key, 0, old.socket));
        replace(now);
    }

    private void tell(SocketEvent.Kind kind, DiscoveredSocket socket, boolean isEvent) {
        SocketEvent event = new SocketEvent(kind, socket.host(), socket.path());
        boolean listens = kind == SocketEvent.Kind.LISTENING;
        Optional<DiscoveredSocket> told = listens ? Optional.of(socket) : Optional.empty();
        listener.accept(new News(SocketChange.told(event, told), isEvent));
    }
}
