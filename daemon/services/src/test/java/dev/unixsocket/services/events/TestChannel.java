package dev.unixsocket.services.events;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** A channel named {@code test} in a directory, with its server; clients connect again at once. */
final class TestChannel implements BeforeEachCallback, AfterEachCallback {

    static final Duration PATIENCE = Duration.ofSeconds(120);

    /** How long to look whether something comes that should not. */
    static final Duration NOTHING_COMES = Duration.ofMillis(50);

    private final Supplier<Transport> transport;
    private final Supplier<Path> directory;
    private EventSettings settings;
    private EventServer server;

    /** What it is made of is asked for before each test: JUnit injects it before that. */
    TestChannel(Supplier<Transport> transport, Supplier<Path> directory) {
        this.transport = transport;
        this.directory = directory;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        settings =
                EventSettings.defaults()
                        .with("socket.socket_dir", directory.get().toString())
                        .with("socket.reconnect_delay", "0.02");
        server = open().start();
    }

    EventSettings settings() {
        return settings;
    }

    EventServer server() {
        return server;
    }

    /** A server of the same channel, which has not started. */
    EventServer open() throws IOException {
        return open(settings);
    }

    private EventServer open(EventSettings settings) throws IOException {
        EventServerBuilder builder = new EventServerBuilder("test", settings).allowShutdown();
        return transport.get() == Transport.TCP ? builder.listenTcp() : builder.listenUnix();
    }

    void restart() throws IOException {
        restart(settings);
    }

    void restart(EventSettings settings) throws IOException {
        server.close();
        server = open(settings).start();
    }

    EventClientBuilder builder() throws EventException {
        return new EventClientBuilder("test", settings);
    }

    EventClient connect() throws EventException {
        return connect(builder());
    }

    EventClient connect(EventClientBuilder builder) throws EventException {
        return builder.client(Optional.of(transport.get())).connect();
    }

    EventPublisher publisher() throws EventException {
        return builder().publisher(Optional.of(transport.get()));
    }

    /** Connects, and waits until the server knows. */
    EventClient subscribe() throws Exception {
        int before = server.clients().size();
        EventClient client = connect();
        server.awaitClients(before + 1, PATIENCE);
        return client;
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        server.close();
    }
}
