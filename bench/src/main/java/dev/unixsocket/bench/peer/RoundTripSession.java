package dev.unixsocket.bench.peer;

import java.io.EOFException;
import java.io.IOException;

/** One message there and back. */
final class RoundTripSession implements BlockingSession {

    private final Connection connection;
    private final Buffer buffer;
    private final int payload;

    private RoundTripSession(Connection connection, Buffer buffer, int payload) {
        this.connection = connection;
        this.buffer = buffer;
        this.payload = payload;
    }

    static Session open(SocketLibrary library, Task task, Endpoint server) throws IOException {
        Buffer buffer = library.allocate(Task.LARGEST_PAYLOAD);
        Connection connection = library.connect(server, buffer);
        Hello.of(task).write(buffer.bytes());
        connection.write(Hello.BYTES);
        return new RoundTripSession(connection, buffer, task.payload());
    }

    @Override
    public void exchange() throws IOException {
        connection.write(payload);
        if (!connection.read(0, payload)) {
            throw new EOFException("the server closed the connection");
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
        buffer.close();
    }
}
