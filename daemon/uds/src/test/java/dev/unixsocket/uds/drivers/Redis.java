package dev.unixsocket.uds.drivers;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import dev.unixsocket.testing.Program;

import java.nio.file.Path;

/** A Redis of this machine's that listens on a socket file and on no port. */
record Redis(Path socket, Program server) implements AutoCloseable {

    /** Starts one. */
    static Redis start(Path folder) {
        requireTool("redis-server", "to connect to Redis (Debian package redis-server)");
        Path socket = folder.resolve("redis.sock");
        String[] options = {
            "--port", "0", "--unixsocket", socket.toString(), "--save", "", "--dir", "" + folder
        };
        Program server = Program.tool("redis-server", options).start();
        server.awaitListener(socket);
        return new Redis(socket, server);
    }

    @Override
    public void close() {
        server.terminate();
        server.close();
    }
}
