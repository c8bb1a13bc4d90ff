package dev.unixsocket.uds.metrics;

import dev.unixsocket.services.connections.PerConnection;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.Meter;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Shows what a service counts to whoever connects to a socket of its own, by HTTP: {@code curl
 * --unix-socket PATH http://localhost/metrics}. It has threads of its own.
 *
 * <p>Thread-safe.
 */
public final class MetricsServer implements Closeable {

    /** Whoever asks is one program, and another one by hand. */
    private static final int MAX_CONNECTIONS = 4;

    private static final int OK = 200;

    private final Figures figures = new Figures();
    private final Listener listener;
    private final PerConnection server;

    private MetricsServer(ListenerSpec where, String service) throws IOException {
        Exposition exposition = new Exposition(figures, service);
        this.listener = Listener.open(where);
        this.server =
                new PerConnection(
                        listener, MAX_CONNECTIONS, new PlainHttp(path -> page(exposition, path)));
    }

    /**
     * Listens.
     *
     * @param service its name, for the figures
     * @throws IOException as {@link Listener#open}
     */
    public static MetricsServer start(ListenerSpec where, String service) throws IOException {
        MetricsServer metrics = new MetricsServer(where, service);
        Thread.ofPlatform().name("metrics").daemon().start(metrics.server::run);
        return metrics;
    }

    private static Optional<PlainHttp.Page> page(Exposition exposition, String path)
            throws IOException {
        return path.equals("/metrics") || path.equals("/")
                ? Optional.of(new PlainHttp.Page(OK, Exposition.CONTENT_TYPE, exposition.text()))
                : Optional.empty();
    }

    /** Where it listens. */
    public Listener listener() {
        return listener;
    }

    /** What counts for it. */
    public Meter meter() {
        return figures;
    }

    @Override
    public void close() throws IOException {
        server.stop();
        listener.close();
    }
}
