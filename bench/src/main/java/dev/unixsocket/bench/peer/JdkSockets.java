package dev.unixsocket.bench.peer;

import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * The JDK's own channels: AF_UNIX by path, and TCP. They give the peer's user by name and have no
 * timeouts of the kernel's.
 */
final class JdkSockets implements SocketLibrary {

    @Override
    public Buffer allocate(int bytes) {
        return Buffer.direct(bytes);
    }

    private static SocketAddress address(Endpoint endpoint) {
        return switch (endpoint.kind()) {
            case UNIX -> UnixDomainSocketAddress.of(endpoint.path());
            case TCP -> new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port());
            case ABSTRACT, SEQPACKET ->
                    throw new IllegalArgumentException("the JDK's channels have no " + endpoint);
        };
    }

    private static StandardProtocolFamily family(Endpoint endpoint) {
        return endpoint.kind() == Endpoint.Kind.TCP
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.UNIX;
    }

    private static SocketChannel noDelay(SocketChannel channel, Endpoint endpoint)
            throws IOException {
        if (endpoint.kind() == Endpoint.Kind.TCP) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return channel;
    }

    @Override
    public Listener listen(Endpoint endpoint, int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(family(endpoint));
        server.bind(address(endpoint), backlog);
        return new ChannelListener<>(
                bound(server, endpoint),
                server,
                accepting -> noDelay(accepting.accept(), endpoint),
                OPTIONS);
    }

    private static Endpoint bound(ServerSocketChannel server, Endpoint endpoint)
            throws IOException {
        return server.getLocalAddress() instanceof InetSocketAddress address
                ? Endpoint.tcp(address.getPort())
                : endpoint;
    }

    @Override
    public Connection connect(Endpoint endpoint, Buffer buffer) throws IOException {
        SocketChannel channel = noDelay(SocketChannel.open(family(endpoint)), endpoint);
        channel.connect(address(endpoint));
        return new ChannelConnection<>(channel, buffer, OPTIONS);
    }

    private static final ChannelConnection.Options<SocketChannel> OPTIONS =
            new ChannelConnection.Options<>() {

                private static final String USER = System.getProperty("user.name");

                @Override
                public void authenticate(SocketChannel channel) throws IOException {
                    UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
                    if (!peer.user().getName().equals(USER)) {
                        throw new IOException("another user: " + peer.user());
                    }
                }

                @Override
                public void timeouts(SocketChannel channel, Duration receive, Duration send) {
                    // The channels have none.
                }
            };
}
