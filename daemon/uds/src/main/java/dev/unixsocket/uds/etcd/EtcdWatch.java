package dev.unixsocket.uds.etcd;

import dev.unixsocket.services.discovery.SocketWatch;
import dev.unixsocket.services.wire.ThreadEnd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows the keys of all machines: reads them once, and then what changes, from the revision after
 * the last one that it saw. A lost connection is made again, at another server if need be; where
 * etcd has forgotten that revision, a new list is compared with what is known.
 *
 * <p>A connection whose server has vanished stays open without a word. A second thread therefore
 * asks the same server, again and again, whether a majority knows of something newer.
 *
 * <p>Thread-safe.
 */
final class EtcdWatch implements SocketWatch {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration CHECK = Duration.ofSeconds(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final EtcdClient client;
    private final KeyRange range;
    private final View view;
    private final Duration interval;
    private final Freshness freshness;
    private final Thread thread;
    private final Thread checker;
    private final CountDownLatch first = new CountDownLatch(1);

    private long cluster;
    private Duration pause = FIRST_PAUSE;

    /** The revision up to which all is known; 0 for nothing. */
    private volatile long seen;

    private volatile int count;
    private volatile boolean listAgain = true;
    private volatile boolean closed;
    private volatile Optional<EtcdClient.Messages> messages = Optional.empty();
    private volatile IOException failure;

    private EtcdWatch(
            EtcdClient client,
            Keys keys,
            Consumer<View.News> listener,
            Duration interval,
            Consumer<String> notice) {
        this.client = client;
        this.range = new KeyRange(keys.prefix());
        this.view = new View(keys, news -> tell(listener, news));
        this.interval = interval;
        this.freshness = new Freshness(notice);
        this.thread = Thread.ofPlatform().daemon().name("etcd-watch").unstarted(this::run);
        this.checker = Thread.ofPlatform().daemon().name("etcd-check").unstarted(this::check);
    }

    static EtcdWatch start(
            EtcdClient client,
            Keys keys,
            Consumer<View.News> listener,
            Duration interval,
            Consumer<String> notice) {
        EtcdWatch watch = new EtcdWatch(client, keys, listener, interval, notice);
        watch.thread.start();
        watch.checker.start();
        return watch;
    }

    /** {@link #close} interrupts, but not the listener. */
    private synchronized void tell(Consumer<View.News> listener, View.News news) {
        if (!closed) {
            listener.accept(news);
        }
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    follow();
                } catch (IOException e) {
                    recover(e);
                }
            }
        } catch (UncheckedIOException e) {
            failure = e.getCause(); // of the listener, which does not want to be called again
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            // closed
        } finally {
            closed = true;
            first.countDown();
            checker.interrupt();
        }
    }

    /** Another attempt comes, unless etcd does not want to hear of it. */
    private void recover(IOException e) throws IOException, InterruptedException {
        if (closed) {
            return;
        }
        if (e instanceof EtcdException refusal) {
            if (refusal.isCompacted()) {
                listAgain = true;
                return;
            }
            if (!refusal.isPassing() && !refusal.isOldToken()) {
                throw e;
            }
        }
        freshness.lost(e, first.getCount() == 0);
        Thread.sleep(pause);
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private void follow() throws IOException {
        if (listAgain || isOtherHistory()) {
            list();
        }
        Map<String, Object> create = range.request();
        create.put("start_revision", seen + 1);
        create.put("fragment", true);
        Map<String, Object> request = new LinkedHashMap<>(Map.of("create_request", create));
        try (EtcdClient.Messages stream = client.open("watch", request, LIMIT)) {
            messages = Optional.of(stream);
            while (!closed) {
                apply(stream.next());
                pause = FIRST_PAUSE;
                freshness.regained();
            }
        } finally {
            messages = Optional.empty();
        }
    }

    /** Whether the cluster was set up again, or from a copy that is older than what is known. */
    private boolean isOtherHistory() throws IOException {
        KeyRange.Digest now = range.digest(client, client.server(), seen, LIMIT);
        return now.cluster() != cluster || now.revision() < seen;
    }

    private void list() throws IOException {
        KeyRange.Contents now = range.read(client, KeyRange.Reading.CURRENT, LIMIT);
        if (now.cluster() != cluster || now.revision() < seen) {
            view.replaceByOther(now);
        } else {
            view.replace(now);
        }
        cluster = now.cluster();
        seen = now.revision();
        count = view.size();
        listAgain = false;
        first.countDown();
    }

    private void apply(Map<String, Object> message) throws IOException {
        if (Fields.isTrue(message, "canceled")) {
            if (Fields.number(message, "compact_revision") > 0) {
                listAgain = true;
            }
            throw new IOException("etcd ended the watch: " + message.get("cancel_reason"));
        }
        long last = seen;
        for (Map<String, Object> event : Fields.list(message, "events")) {
            KeyValue key = KeyValue.of(Fields.map(event, "kv"));
            if ("DELETE".equals(event.get("type"))) {
                view.delete(key.key(), key.revision());
            } else {
                view.put(key);
            }
            last = Math.max(last, key.revision());
        }
        count = view.size();
        if (!Fields.isTrue(message, "fragment")) { // the rest of a revision comes with the next
            seen = last;
        }
    }

    /** Ends a connection that has nothing to say though there is something newer. */
    private void check() {
        long behindAt = -1;
        Duration pauses = interval.compareTo(CHECK) < 0 ? interval : CHECK;
        while (!closed) {
            try {
                Thread.sleep(pauses);
            } catch (InterruptedException e) {
                return;
            }
            Optional<EtcdClient.Messages> stream = messages;
            if (stream.isPresent()) {
                behindAt = check(stream.get(), behindAt);
            }
        }
    }

    /** Since which revision the watch has not gone on though it should; -1 if it has. */
    private long check(EtcdClient.Messages stream, long behindAt) {
        long known = seen;
        long keys = count;
        try {
            KeyRange.Digest now = range.digest(client, stream.server(), known, CHECK);
            boolean behind =
                    now.cluster() != cluster
                            || now.revision() < known
                            || now.isNewer()
                            || now.count() != keys;
            if (behind && behindAt == known) {
                listAgain = true;
                end(stream);
                return -1;
            }
            return behind ? known : -1;
        } catch (IOException e) {
            end(stream);
            return -1;
        }
    }

    private static void end(EtcdClient.Messages stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // it has ended
        }
    }

    @Override
    public boolean awaitFirst(Duration limit) throws InterruptedException {
        return first.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Optional<IOException> await() throws InterruptedException {
        thread.join();
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            thread.interrupt();
            checker.interrupt();
        }
        messages.ifPresent(EtcdWatch::end);
        if (Thread.currentThread() != thread) {
            ThreadEnd.await(thread);
            ThreadEnd.await(checker);
        }
    }
}
