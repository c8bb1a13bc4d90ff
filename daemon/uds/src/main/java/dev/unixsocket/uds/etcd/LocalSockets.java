package dev.unixsocket.uds.etcd;

import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.SocketChange;
import dev.unixsocket.services.discovery.SocketDirectory;
import dev.unixsocket.services.discovery.SocketEvent;
import dev.unixsocket.services.discovery.SocketWatch;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.wire.FailureText;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.discovery.SocketJson;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The sockets of this machine's directories that listen, by the keys that they are to have, and
 * each change to them in order. A directory that is not there, or goes, is waited for.
 *
 * <p>Thread-safe; the changes are for one thread to take.
 */
final class LocalSockets implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.register");

    /** Changes that come together, as from one look at a directory, are taken together. */
    private static final Duration SETTLE = Duration.ofMillis(10);

    /** Of a command line, in characters; more says nothing more. */
    private static final int MAX_COMMAND = 4096;

    /** The share of the time that looking for changed metadata may take is 1 of this. */
    private static final int SHARE = 20;

    /**
     * What is to become of a key.
     *
     * @param key its name
     * @param value what it is to be set to; empty if it is to be removed
     */
    record Change(String key, Optional<String> value) {}

    private final Function<Path, String> keys;
    private final Duration interval;
    private final Meter meter;
    private final Map<String, SocketChange> listening = new HashMap<>();
    private final Map<String, String> values = new TreeMap<>();
    private final Deque<Change> changes = new ArrayDeque<>();
    private final CountDownLatch firstLooks;
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Not looked at yet.
     *
     * @param keys names the key of an absolute path
     * @param interval within which to notice listeners that died, and changed metadata
     * @param meter counts what waits to be taken
     */
    LocalSockets(
            Set<Path> directories, Function<Path, String> keys, Duration interval, Meter meter) {
        this.keys = keys;
        this.interval = interval;
        this.meter = meter;
        this.firstLooks = new CountDownLatch(directories.size());
        directories.forEach(directory -> threads.add(thread("directory", () -> follow(directory))));
        threads.add(thread("metadata", this::refresh));
    }

    private static Thread thread(String name, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).unstarted(task);
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Waits until each directory has been looked at once, if it is there. */
    void awaitFirst() throws InterruptedException {
        firstLooks.await();
    }

    private void follow(Path directory) {
        boolean first = true;
        boolean said = false;
        while (!Thread.currentThread().isInterrupted()) {
            try (SocketWatch watch =
                    SocketDirectory.of(directory).changes(this::accept, interval)) {
                watch.awaitFirst(Duration.ofDays(1));
                first = countDown(first);
                said = false;
                Optional<IOException> end = watch.await();
                if (end.isPresent()) {
                    throw end.get();
                }
            } catch (IOException e) {
                first = countDown(first);
                if (!said) {
                    LOG.log(
                            Level.WARNING,
                            "nothing of %s is registered until it can be read: %s"
                                    .formatted(directory, FailureText.of(e)));
                }
                said = true;
                pause(interval);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean countDown(boolean first) {
        if (first) {
            firstLooks.countDown();
        }
        return false;
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept(SocketChange change) {
        SocketEvent event = change.event();
        String key = keys.apply(event.absolutePath());
        if (event.kind() == SocketEvent.Kind.LISTENING) {
            Optional<String> value = change.socket().map(LocalSockets::value);
            synchronized (this) {
                listening.put(key, change);
                value.ifPresent(text -> add(key, Optional.of(text)));
            }
        } else if (event.kind() != SocketEvent.Kind.APPEARED) {
            synchronized (this) {
                listening.remove(key);
                add(key, Optional.empty());
            }
        }
    }

    private static String value(DiscoveredSocket socket) {
        Map<String, Object> fields = SocketJson.fields(socket);
        fields.computeIfPresent("command", (name, text) -> cut(text.toString()));
        socket.endpoint().ifPresent(endpoint -> fields.put("endpoint", endpoint));
        return Json.asciiLine(fields);
    }

    private static String cut(String text) {
        return text.length() <= MAX_COMMAND ? text : text.substring(0, MAX_COMMAND);
    }

    private void add(String key, Optional<String> value) {
        String before = value.isPresent() ? values.put(key, value.get()) : values.remove(key);
        if (!Optional.ofNullable(before).equals(value)) {
            changes.add(new Change(key, value));
            meter.queued(1);
            notifyAll();
        }
    }

    private void refresh() {
        Duration pause = interval;
        while (!Thread.currentThread().isInterrupted()) {
            pause(pause);
            long begun = System.nanoTime();
            copy().forEach(this::refresh);
            Duration share = Duration.ofNanos((System.nanoTime() - begun) * SHARE);
            pause = share.compareTo(interval) > 0 ? share : interval;
        }
    }

    private synchronized Map<String, SocketChange> copy() {
        return Map.copyOf(listening);
    }

    private void refresh(String key, SocketChange change) {
        Optional<String> value = change.socket().map(LocalSockets::value);
        synchronized (this) {
            if (value.isPresent() && listening.get(key) == change) {
                add(key, value);
            }
        }
    }

    /**
     * Takes changes, none of which is to a key of another one.
     *
     * @param limit how long to wait for the first
     * @param most how many at most
     * @param mostBytes how long their keys and values together, unless it is a single one
     * @return in order; empty if none came
     */
    synchronized List<Change> take(Duration limit, int most, int mostBytes)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (changes.isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return List.of();
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        long settled = System.nanoTime() + SETTLE.toNanos();
        long left;
        while (changes.size() < most && (left = settled - System.nanoTime()) > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        List<Change> taken = new ArrayList<>();
        Set<String> named = new HashSet<>();
        int bytes = 0;
        while (!changes.isEmpty() && taken.size() < most) {
            Change next = changes.peek();
            bytes += next.key().length() + next.value().map(String::length).orElse(0);
            if (!named.add(next.key()) || bytes > mostBytes && !taken.isEmpty()) {
                break;
            }
            taken.add(changes.remove());
        }
        meter.queued(-taken.size());
        return taken;
    }

    /** All keys with their values as they are to be; no change is left to take. */
    synchronized Map<String, String> all() {
        meter.queued(-changes.size());
        changes.clear();
        return new TreeMap<>(values);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
