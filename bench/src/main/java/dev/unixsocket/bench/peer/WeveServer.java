package dev.unixsocket.bench.peer;

import java.io.IOException;
import java.time.Duration;

/**
 * The {@code weve} service on a library that is not this project's: the daemon's calls in the
 * daemon's order, one connection after another, as far as the library has them.
 */
final class WeveServer implements Server {

    private static final Duration RECEIVE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);

    private final SocketLibrary library;
    private final SocketLibrary.Listener listener;

    WeveServer(SocketLibrary library, SocketLibrary.Listener listener) {
        this.library = library;
        this.listener = listener;
        Thread.ofPlatform().daemon().name("accept").start(this::run);
    }

    private void run() {
        try (Buffer buffer = library.allocate(Task.LARGEST_PAYLOAD)) {
            while (true) {
                try (Connection connection = listener.accept(buffer)) {
                    serve(connection, buffer);
                }
            }
        } catch (IOException closed) {
            // The server was closed; a client that vanishes is not part of the benchmark.
        }
    }

    private void serve(Connection connection, Buffer buffer) throws IOException {
        if (listener.endpoint().kind() != Endpoint.Kind.TCP) {
            connection.authenticate();
        }
        connection.timeouts(RECEIVE_TIMEOUT, SEND_TIMEOUT);
        if (!connection.read(0, WevePicture.HEADER_BYTES)) {
            return;
        }
        int payload = WevePicture.payloadBytes(buffer.bytes());
        if (!connection.read(WevePicture.HEADER_BYTES, payload)) {
            return;
        }
        WevePicture.writeResponse(buffer.bytes());
        connection.write(WevePicture.RESPONSE_BYTES);
    }

    @Override
    public Endpoint endpoint() {
        return listener.endpoint();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
