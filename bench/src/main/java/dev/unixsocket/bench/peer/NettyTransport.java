package dev.unixsocket.bench.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Netty over AF_UNIX, by epoll or by io_uring, with one event loop. Exchanges run inside the event
 * loop, as Netty code does: no other thread is woken for them.
 *
 * @param io how an event loop talks with the kernel
 * @param client the class of a client's channel
 * @param listener the class of a listener's channel
 */
public record NettyTransport(
        Supplier<IoHandlerFactory> io,
        Class<? extends Channel> client,
        Class<? extends ServerChannel> listener)
        implements Transport {

    private static final int BACKLOG = 128;

    static NettyTransport epoll() {
        return new NettyTransport(
                EpollIoHandler::newFactory,
                EpollDomainSocketChannel.class,
                EpollServerDomainSocketChannel.class);
    }

    static NettyTransport ioUring() {
        return new NettyTransport(
                IoUringIoHandler::newFactory,
                IoUringDomainSocketChannel.class,
                IoUringServerDomainSocketChannel.class);
    }

    /** Why the kernel or this system allow Netty no io_uring, in one line; empty if they do. */
    public static Optional<String> ioUringUnavailable() {
        return Optional.ofNullable(IoUring.unavailabilityCause())
                .map(NettyTransport::innermost)
                .map(cause -> "no io_uring here: " + cause);
    }

    private static String innermost(Throwable cause) {
        Throwable last = cause;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        String said = String.valueOf(last.getMessage());
        return said.lines().findFirst().orElse("");
    }

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        Supplier<ChannelHandler> handler =
                switch (service) {
                    case "echo", "many" -> NettyEchoHandler::new;
                    case "weve" -> NettyWeveHandler::new;
                    default -> throw new IllegalArgumentException("no such service: " + service);
                };
        EventLoopGroup loop = loop();
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loop)
                        .channel(listener)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(handler.get());
                                    }
                                });
        Channel listening =
                bootstrap
                        .bind(new DomainSocketAddress(endpoint.value()))
                        .syncUninterruptibly()
                        .channel();
        return new Server() {
            @Override
            public Endpoint endpoint() {
                return endpoint;
            }

            @Override
            public void close() {
                listening.close().syncUninterruptibly();
                stop(loop);
            }
        };
    }

    @Override
    public Session open(Task task, Endpoint server) throws IOException {
        EventLoopGroup loop = loop();
        return switch (task.workload()) {
            case "RoundTrip", "Throughput" ->
                    NettySession.of(loop, new NettyConversation(client(loop), task, server));
            case "ConnectPerRequest" ->
                    NettySession.of(loop, new NettyConnectEachTime(client(loop), server));
            default -> throw new IllegalArgumentException("no such workload: " + task.workload());
        };
    }

    /** A connection for those who only want to ask it something. */
    static EpollDomainSocketChannel connect(EventLoopGroup loop, Endpoint server) {
        return (EpollDomainSocketChannel)
                epoll().client(loop)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        // Nothing is read.
                                    }
                                })
                        .connect(new DomainSocketAddress(server.value()))
                        .syncUninterruptibly()
                        .channel();
    }

    static EventLoopGroup newLoop() {
        return epoll().loop();
    }

    static void stop(EventLoopGroup loop) {
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }

    private EventLoopGroup loop() {
        return new MultiThreadIoEventLoopGroup(1, io.get());
    }

    private Bootstrap client(EventLoopGroup loop) {
        return new Bootstrap().group(loop).channel(client);
    }
}
