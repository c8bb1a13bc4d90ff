package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventMessage;
import dev.unixsocket.services.events.EventServer;
import dev.unixsocket.services.events.EventServerBuilder;
import dev.unixsocket.services.events.EventSettings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A channel that broadcasts as many messages as a subscriber asks for, waiting for room rather than
 * dropping any.
 *
 * <p>Thread-safe.
 */
final class EventsServer implements Server {

    /** Asked for in a message's data: how many messages, and how many bytes in each. */
    static final String MESSAGES = "messages";

    static final String PAYLOAD = "payload";
    static final String TCP_NAME = "bench";
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String SUFFIX = ".sock";

    /** More than subscribe at a time: those of the task before may still be leaving. */
    private static final String MOST_CONNECTIONS = "64";

    private final EventServer server;
    private final Endpoint endpoint;
    private final Pause pause;

    private EventsServer(EventServer server, Endpoint endpoint, Pause pause) {
        this.server = server;
        this.endpoint = endpoint;
        this.pause = pause;
        server.onMessage((_, request) -> broadcast(request.data()));
    }

    static EventsServer start(Endpoint endpoint, Pause pause) throws IOException {
        return switch (endpoint.kind()) {
            case UNIX -> {
                EventServer server =
                        new EventServerBuilder(name(endpoint), in(endpoint.path().getParent()))
                                .listenUnix();
                yield new EventsServer(server.start(), endpoint, pause);
            }
            case TCP -> {
                EventServer server = new EventServerBuilder(TCP_NAME, in(folder())).listenTcp();
                int port = ((Address.Loopback) server.address()).port();
                yield new EventsServer(server.start(), Endpoint.tcp(port), pause);
            }
            default -> throw new IllegalArgumentException("no channel on " + endpoint);
        };
    }

    /** The channel of a socket file. */
    static String name(Endpoint endpoint) {
        String file = endpoint.path().getFileName().toString();
        return file.substring(0, file.length() - SUFFIX.length());
    }

    /** The settings of channels in that folder. */
    static EventSettings in(Path folder) throws EventException {
        return EventSettings.defaults()
                .with("socket.socket_dir", folder.toString())
                .with("socket.unix.max_connections", MOST_CONNECTIONS)
                .with("socket.tcp.max_connections", MOST_CONNECTIONS);
    }

    /** For the file that says which port was taken. */
    private static Path folder() throws IOException {
        Path folder = Files.createTempDirectory("unixsocket-bench-");
        folder.toFile().deleteOnExit();
        return folder;
    }

    private void broadcast(Map<String, Object> request) {
        long messages = ((Number) request.get(MESSAGES)).longValue();
        int payload = ((Number) request.get(PAYLOAD)).intValue();
        Map<String, Object> data = Map.of(PAYLOAD, new byte[payload]);
        try {
            pause.beforeAnswer();
            for (long i = 0; i < messages; i++) {
                server.awaitRoom(PATIENCE);
                server.send(EventMessage.Type.DATA, data);
            }
        } catch (EventException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
