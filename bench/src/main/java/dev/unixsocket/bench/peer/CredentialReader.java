package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.StreamSocket;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;

import jdk.net.ExtendedSocketOptions;

import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A connection whose peer's credentials are read again and again, by one library. */
public interface CredentialReader extends Closeable {

    /** Asks the kernel: what the library makes of the answer. */
    Object read() throws IOException;

    /**
     * Connects with the library of that transport.
     *
     * @throws IllegalArgumentException if it reads no credentials
     */
    static CredentialReader connect(String transport, Endpoint server) throws IOException {
        return switch (transport) {
            case "ffm" -> ffm(server);
            case "jdk" -> jdk(server);
            case "junixsocket" -> junixsocket(server);
            case "netty" -> netty(server);
            case "jnr" -> jnr(server);
            default -> throw new IllegalArgumentException(transport + " reads no credentials");
        };
    }

    /** How a connection is asked. */
    interface Question<C> {

        /** Asks the kernel. */
        Object ask(C connection) throws IOException;
    }

    private static <C extends Closeable> CredentialReader of(C connection, Question<C> question) {
        return new CredentialReader() {
            @Override
            public Object read() throws IOException {
                return question.ask(connection);
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }

    private static CredentialReader ffm(Endpoint server) throws IOException {
        CredentialsBuffer buffer = new CredentialsBuffer();
        return of(
                StreamSocket.connect(server.address(), Duration.ZERO),
                socket -> {
                    socket.peerCredentials(buffer);
                    return buffer;
                });
    }

    private static CredentialReader jdk(Endpoint server) throws IOException {
        return of(
                SocketChannel.open(UnixDomainSocketAddress.of(server.path())),
                channel -> channel.getOption(ExtendedSocketOptions.SO_PEERCRED));
    }

    private static CredentialReader junixsocket(Endpoint server) throws IOException {
        return of(
                AFUNIXSocketChannel.open(AFUNIXSocketAddress.of(server.path())),
                AFUNIXSocketChannel::getPeerCredentials);
    }

    private static CredentialReader netty(Endpoint server) {
        EventLoopGroup loop = NettyTransport.newLoop();
        EpollDomainSocketChannel channel = NettyTransport.connect(loop, server);
        return new CredentialReader() {
            @Override
            public Object read() throws IOException {
                return channel.peerCredentials();
            }

            @Override
            public void close() {
                channel.close().syncUninterruptibly();
                NettyTransport.stop(loop);
            }
        };
    }

    private static CredentialReader jnr(Endpoint server) throws IOException {
        return of(
                UnixSocketChannel.open(new UnixSocketAddress(server.path().toFile())),
                channel -> channel.socket().getCredentials());
    }
}
