package dev.unixsocket.bench.jmh;

import dev.unixsocket.bench.compare.Peer;
import dev.unixsocket.bench.compare.Peers;
import dev.unixsocket.bench.compare.Program;
import dev.unixsocket.bench.peer.Session;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Transports;

import java.io.Closeable;
import java.io.IOException;

/** A session in this process with a server in another one. */
final class Exchange implements Closeable {

    private final ServerProcess server;
    private final Session session;

    private Exchange(ServerProcess server, Session session) {
        this.server = server;
        this.session = session;
    }

    /**
     * Starts the peer's server and opens a session with it.
     *
     * @throws IllegalArgumentException if the peer's client is not a Java program, or cannot do
     *     that
     */
    static Exchange open(String peerName, Task task) throws IOException {
        Peer peer = Peers.require(peerName);
        peer.unavailable()
                .ifPresent(
                        reason -> {
                            throw new IllegalArgumentException(peerName + ": " + reason);
                        });
        if (!peer.can(task)) {
            throw new IllegalArgumentException(peerName + " cannot do " + task);
        }
        if (!(peer.client() instanceof Program.Java client)) {
            throw new IllegalArgumentException(peerName + ": its client is not a Java program");
        }
        ServerProcess server = ServerProcess.start(peer, task.service());
        try {
            return new Exchange(
                    server, Transports.named(client.transport()).open(task, server.endpoint()));
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    Session session() {
        return session;
    }

    ServerProcess server() {
        return server;
    }

    @Override
    public void close() throws IOException {
        session.close();
        server.close();
    }
}
