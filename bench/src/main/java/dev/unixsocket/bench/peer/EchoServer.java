package dev.unixsocket.bench.peer;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/**
 * The services {@code echo} and {@code many}, a thread per connection: after the {@link Hello},
 * each message comes back, or each batch of messages is acknowledged.
 */
final class EchoServer implements Server {

    private final SocketLibrary library;
    private final SocketLibrary.Listener listener;
    private final ThreadFactory threads;
    private final int bufferBytes;
    private final Pause pause;

    /**
     * A server that serves.
     *
     * @param bufferBytes of each connection, and so the largest message
     */
    EchoServer(
            SocketLibrary library,
            SocketLibrary.Listener listener,
            ThreadFactory threads,
            int bufferBytes,
            Pause pause) {
        this.library = library;
        this.listener = listener;
        this.threads = threads;
        this.bufferBytes = bufferBytes;
        this.pause = pause;
        threads.newThread(this::accept).start();
    }

    private void accept() {
        // A connection's thread takes the next one, so that its buffer is confined to it.
        try (Buffer buffer = library.allocate(bufferBytes);
                Connection connection = listener.accept(buffer)) {
            threads.newThread(this::accept).start();
            serve(connection, buffer);
        } catch (IOException gone) {
            // The peer, or this server, has ended the connection.
        }
    }

    private void serve(Connection connection, Buffer buffer) throws IOException {
        if (!connection.read(0, Hello.BYTES)) {
            return;
        }
        Hello hello = Hello.read(buffer.bytes());
        if (!hello.fits(bufferBytes)) {
            return;
        }
        if (hello.mode() == Hello.ECHO) {
            echo(connection, hello.payload());
        } else {
            sink(connection, hello);
        }
    }

    private void echo(Connection connection, int payload) throws IOException {
        while (connection.read(0, payload)) {
            pause.beforeAnswer();
            connection.write(payload);
        }
    }

    private void sink(Connection connection, Hello hello) throws IOException {
        while (true) {
            for (int i = 0; i < hello.messages(); i++) {
                if (!connection.read(0, hello.payload())) {
                    return;
                }
            }
            pause.beforeAnswer();
            connection.write(Hello.ACKNOWLEDGEMENT_BYTES);
        }
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
