package dev.unixsocket.uds.drivers;

import dev.unixsocket.testing.Program;

import java.nio.file.Path;

/** {@code uds observe} of the distribution. */
record Observe(Path socket, Program server) implements AutoCloseable {

    /** Starts it. */
    static Observe start(Path folder) {
        Path socket = folder.resolve("observe.sock");
        Program server = Program.dist("uds", "observe", "--socket", socket.toString()).start();
        server.awaitListener(socket);
        return new Observe(socket, server);
    }

    @Override
    public void close() {
        server.terminate();
        server.close();
    }
}
