package dev.unixsocket.bench.peer;

import java.io.EOFException;
import java.io.IOException;

/**
 * Messages on one connection, then an answer: one message and its echo, or many messages and the
 * acknowledgement that all have arrived.
 */
final class MessageSession implements BlockingSession {

    private final Connection connection;
    private final Buffer buffer;
    private final Task task;
    private final int answerBytes;

    private MessageSession(Connection connection, Buffer buffer, Task task) {
        this.connection = connection;
        this.buffer = buffer;
        this.task = task;
        answerBytes = Hello.of(task).answerBytes();
    }

    static Session open(SocketLibrary library, Task task, Endpoint server) throws IOException {
        Buffer buffer = library.allocate(Task.LARGEST_PAYLOAD);
        Connection connection = library.connect(server, buffer);
        Hello.of(task).write(buffer.bytes());
        connection.write(Hello.BYTES);
        return new MessageSession(connection, buffer, task);
    }

    @Override
    public void exchange() throws IOException {
        for (int i = 0; i < task.messages(); i++) {
            connection.write(task.payload());
        }
        if (!connection.read(0, answerBytes)) {
            throw new EOFException("the server closed the connection");
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
        buffer.close();
    }
}
