package dev.unixsocket.uds.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.connections.PerConnection;
import dev.unixsocket.services.connections.Protocol;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.wire.FullTransfer;
import dev.unixsocket.services.wire.LingeringClose;
import dev.unixsocket.services.wire.TimedReader;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * Shows what a service counts to whoever connects to a socket of its own, by HTTP: {@code curl
 * --unix-socket PATH http://localhost/metrics}. It has threads of its own.
 *
 * <p>Thread-safe.
 */
public final class MetricsServer implements Closeable {

    /** Whoever asks is one program, and another one by hand. */
    private static final int MAX_CONNECTIONS = 4;

    private static final int MAX_HEAD_BYTES = 8 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final Figures figures = new Figures();
    private final Listener listener;
    private final PerConnection server;

    private MetricsServer(ListenerSpec where, String service) throws IOException {
        Exposition exposition = new Exposition(figures, service);
        this.listener = Listener.open(where);
        this.server = new PerConnection(listener, MAX_CONNECTIONS, new Http(exposition));
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

    /** What counts for it. */
    public Meter meter() {
        return figures;
    }

    @Override
    public void close() throws IOException {
        server.stop();
        listener.close();
    }

    /** One request, one answer. */
    private record Http(Exposition exposition) implements Protocol {

        @Override
        public void serve(Connection connection) throws IOException {
            StreamSocket socket = connection.socket();
            socket.sendTimeout(LIMIT);
            try (Arena arena = Arena.ofConfined()) {
                String line = head(socket, arena).lines().findFirst().orElse("");
                byte[] body = new byte[0];
                String status = "404 Not Found";
                if (line.matches("GET (http://[^/]*)?/(metrics)?([?].*)? HTTP/1\\.[01]")) {
                    status = "200 OK";
                    body = exposition.text();
                }
                send(socket, arena, status, body);
            }
            LingeringClose.begin(socket, LIMIT);
        }

        private static String head(StreamSocket socket, Arena arena) throws IOException {
            MemorySegment room = arena.allocate(MAX_HEAD_BYTES);
            TimedReader reader = new TimedReader(socket);
            reader.begin(LIMIT);
            int length = 0;
            String head = "";
            while (!head.contains(END_OF_HEAD) && length < MAX_HEAD_BYTES) {
                long got = reader.read(room, length, MAX_HEAD_BYTES - length);
                if (got == 0) {
                    break;
                }
                length += (int) got;
                byte[] bytes = room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                head = new String(bytes, US_ASCII);
            }
            return head;
        }

        private static void send(StreamSocket socket, Arena arena, String status, byte[] body)
                throws IOException {
            String head =
                    "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close%s"
                            .formatted(status, Exposition.CONTENT_TYPE, body.length, END_OF_HEAD);
            byte[] headBytes = head.getBytes(US_ASCII);
            long length = (long) headBytes.length + body.length;
            MemorySegment answer = arena.allocate(length);
            MemorySegment.copy(headBytes, 0, answer, ValueLayout.JAVA_BYTE, 0, headBytes.length);
            MemorySegment.copy(
                    body, 0, answer, ValueLayout.JAVA_BYTE, headBytes.length, body.length);
            FullTransfer.write(socket, answer, length);
        }
    }
}
