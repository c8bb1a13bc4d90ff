package dev.unixsocket.bench.peer;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;

/**
 * A listener of a library whose connections are socket channels.
 *
 * @param endpoint where it listens
 * @param server the library's listener
 * @param acceptance accepts with it
 * @param options what the library does in its own way
 */
record ChannelListener<S extends Channel, C extends SocketChannel>(
        Endpoint endpoint,
        S server,
        Acceptance<S, C> acceptance,
        ChannelConnection.Options<C> options)
        implements SocketLibrary.Listener {

    /** Waits for a connection. */
    interface Acceptance<S, C> {

        /** Accepts. */
        C accept(S server) throws IOException;
    }

    @Override
    public Connection accept(Buffer buffer) throws IOException {
        return new ChannelConnection<>(acceptance.accept(server), buffer, options);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
