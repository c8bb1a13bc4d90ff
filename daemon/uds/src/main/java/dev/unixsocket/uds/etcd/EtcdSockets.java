package dev.unixsocket.uds.etcd;

import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.SocketChange;
import dev.unixsocket.services.discovery.SocketEvent;
import dev.unixsocket.services.discovery.SocketSource;
import dev.unixsocket.services.discovery.SocketWatch;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The sockets of all machines whose agents ({@code uds register}) tell etcd of them. Each one
 * listens: an agent removes those that do not, and etcd those of a machine that it does not hear
 * of.
 *
 * <pre>{@code
 * try (EtcdSockets sockets = EtcdSockets.open(EtcdSettings.of(URI.create("http://10.0.0.1:2379")))) {
 *     sockets.scan().forEach(socket -> System.out.println(socket.host() + " " + socket.path()));
 * }
 * }</pre>
 *
 * <p>A watch tells {@code LISTENING} and {@code DISAPPEARED}, each change once, in the order in
 * which etcd made them. What it knows stays while no majority of the servers answers; {@code
 * notice} is told then, and when all is current again.
 *
 * <p>Thread-safe. Close its watches before.
 */
public final class EtcdSockets implements SocketSource {

    /** Longer than the election of a leader takes. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final Comparator<DiscoveredSocket> ORDER =
            Comparator.comparing((DiscoveredSocket socket) -> socket.host().orElse(""))
                    .thenComparing(DiscoveredSocket::path);

    private final EtcdClient client;
    private final Keys keys;
    private final Consumer<String> notice;

    private EtcdSockets(EtcdSettings settings, Consumer<String> notice) {
        this.client = new EtcdClient(settings);
        this.keys = new Keys(settings.prefix());
        this.notice = notice;
    }

    /** Those of a cluster, which is not asked yet. */
    public static EtcdSockets open(EtcdSettings settings) {
        return open(settings, sentence -> {});
    }

    /**
     * As {@link #open(EtcdSettings)}.
     *
     * @param notice called with a sentence when what a watch knows is old, and when it is current
     *     again; by the thread of the watch
     */
    public static EtcdSockets open(EtcdSettings settings, Consumer<String> notice) {
        return new EtcdSockets(settings, notice);
    }

    /**
     * {@inheritDoc} Where no majority of the servers answers within 5 s, one server's own list is
     * taken, and {@code problem} is told that it may be old.
     */
    @Override
    public List<DiscoveredSocket> scan(Consumer<IOException> problem) throws IOException {
        KeyRange range = new KeyRange(keys.prefix());
        try {
            return sockets(range.read(client, KeyRange.Reading.CURRENT, LIMIT));
        } catch (IOException e) {
            if (e instanceof EtcdException refusal && !refusal.isPassing()) {
                throw e;
            }
            List<DiscoveredSocket> old = old(range, e);
            problem.accept(new IOException("the list may be old: " + e.getMessage(), e));
            return old;
        }
    }

    private List<DiscoveredSocket> old(KeyRange range, IOException why) throws IOException {
        try {
            return sockets(range.read(client, KeyRange.Reading.MAYBE_OLD, LIMIT));
        } catch (IOException e) {
            why.addSuppressed(e);
            throw why;
        }
    }

    private List<DiscoveredSocket> sockets(KeyRange.Contents contents) {
        return contents.keys().stream()
                .flatMap(key -> View.socket(keys, key).stream())
                .sorted(ORDER)
                .toList();
    }

    @Override
    public SocketWatch watch(Consumer<SocketEvent> listener, Duration interval) {
        return EtcdWatch.start(
                client,
                keys,
                news -> {
                    if (news.isEvent()) {
                        listener.accept(news.change().event());
                    }
                },
                interval,
                notice);
    }

    @Override
    public SocketWatch changes(Consumer<SocketChange> listener, Duration interval) {
        return EtcdWatch.start(
                client, keys, news -> listener.accept(news.change()), interval, notice);
    }

    @Override
    public void close() {
        client.close();
    }
}
