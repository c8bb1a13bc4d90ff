package dev.unixsocket.bench.peer;

import java.io.IOException;

/** A connection, a WEVE request, its response, and the end of the connection, each time. */
final class WeveSession implements BlockingSession {

    private final SocketLibrary library;
    private final Endpoint server;
    private final Buffer buffer;

    WeveSession(SocketLibrary library, Endpoint server) {
        this.library = library;
        this.server = server;
        this.buffer = library.allocate(Task.LARGEST_PAYLOAD);
    }

    @Override
    public void exchange() throws IOException {
        try (Connection connection = library.connect(server, buffer)) {
            connection.timeouts(WevePicture.ANSWER_TIMEOUT, WevePicture.CONNECT_TIMEOUT);
            connection.write(WevePicture.writeRequest(buffer.bytes()));
            if (!connection.read(0, WevePicture.HEADER_BYTES)
                    || !connection.read(
                            WevePicture.HEADER_BYTES, WevePicture.payloadBytes(buffer.bytes()))
                    || !WevePicture.isPicture(buffer.bytes())) {
                throw new IOException("the server did not answer with a picture");
            }
        }
    }

    @Override
    public void close() {
        buffer.close();
    }
}
