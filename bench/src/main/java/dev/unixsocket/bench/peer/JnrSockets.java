package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Syscalls;

import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

import java.io.IOException;
import java.time.Duration;

/** jnr-unixsocket: its channels, over jnr-ffi. It can time out reads, and not writes. */
final class JnrSockets implements SocketLibrary {

    @Override
    public Buffer allocate(int bytes) {
        return Buffer.direct(bytes);
    }

    private static UnixSocketAddress address(Endpoint endpoint) {
        return new UnixSocketAddress(endpoint.path().toFile());
    }

    @Override
    public Listener listen(Endpoint endpoint, int backlog) throws IOException {
        UnixServerSocketChannel server = UnixServerSocketChannel.open();
        server.socket().bind(address(endpoint), backlog);
        return new ChannelListener<>(endpoint, server, UnixServerSocketChannel::accept, OPTIONS);
    }

    @Override
    public Connection connect(Endpoint endpoint, Buffer buffer) throws IOException {
        return new ChannelConnection<>(UnixSocketChannel.open(address(endpoint)), buffer, OPTIONS);
    }

    private static final ChannelConnection.Options<UnixSocketChannel> OPTIONS =
            new ChannelConnection.Options<>() {
                @Override
                public void authenticate(UnixSocketChannel channel) throws IOException {
                    int uid = channel.socket().getCredentials().getUid();
                    if (uid != Syscalls.getuid()) {
                        throw new IOException("another user: uid " + uid);
                    }
                }

                @Override
                public void timeouts(UnixSocketChannel channel, Duration receive, Duration send)
                        throws IOException {
                    channel.socket().setSoTimeout((int) receive.toMillis());
                }
            };
}
