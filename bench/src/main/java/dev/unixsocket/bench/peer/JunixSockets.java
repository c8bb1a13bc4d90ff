package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Syscalls;

import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

import java.io.IOException;
import java.time.Duration;

/** junixsocket: its channels, over JNI. It can time out reads, and not writes. */
final class JunixSockets implements SocketLibrary {

    @Override
    public Buffer allocate(int bytes) {
        return Buffer.direct(bytes);
    }

    @Override
    public Listener listen(Endpoint endpoint, int backlog) throws IOException {
        AFUNIXServerSocketChannel server = AFUNIXServerSocketChannel.open();
        server.bind(AFUNIXSocketAddress.of(endpoint.path()), backlog);
        return new ChannelListener<>(endpoint, server, AFUNIXServerSocketChannel::accept, OPTIONS);
    }

    @Override
    public Connection connect(Endpoint endpoint, Buffer buffer) throws IOException {
        AFUNIXSocketChannel channel =
                AFUNIXSocketChannel.open(AFUNIXSocketAddress.of(endpoint.path()));
        return new ChannelConnection<>(channel, buffer, OPTIONS);
    }

    private static final ChannelConnection.Options<AFUNIXSocketChannel> OPTIONS =
            new ChannelConnection.Options<>() {
                @Override
                public void authenticate(AFUNIXSocketChannel channel) throws IOException {
                    long uid = channel.getPeerCredentials().getUid();
                    if (uid != Integer.toUnsignedLong(Syscalls.getuid())) {
                        throw new IOException("another user: uid " + uid);
                    }
                }

                @Override
                public void timeouts(AFUNIXSocketChannel channel, Duration receive, Duration send)
                        throws IOException {
                    channel.socket().setSoTimeout((int) receive.toMillis());
                }
            };
}
