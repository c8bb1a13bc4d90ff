package dev.unixsocket.bench.peer;

import java.io.EOFException;
import java.io.IOException;

/** Many messages in one direction, then an acknowledgement that all have arrived. */
final class ThroughputSession implements BlockingSession {

    private final Connection connection;
    private final Buffer buffer;
    private final Task task;

    private ThroughputSession(Connection connection, Buffer buffer, Task task) {
        this.connection = connection;
        this.buffer = buffer;
        this.task = task;
    }

    static Session open(SocketLibrary library, Task task, Endpoint server) throws IOException {
        Buffer buffer = library.allocate(Task.LARGEST_PAYLOAD);
        Connection connection = library.connect(server, buffer);
        Hello.of(task).write(buffer.bytes());
        connection.write(Hello.BYTES);
        return new ThroughputSession(connection, buffer, task);
    }

    @Override
    public void exchange() throws IOException {
        for (int i = 0; i < task.messages(); i++) {
            connection.write(task.payload());
        }
        if (!connection.read(0, Hello.ACKNOWLEDGEMENT_BYTES)) {
            throw new EOFException("the server closed the connection");
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
        buffer.close();
    }
}
