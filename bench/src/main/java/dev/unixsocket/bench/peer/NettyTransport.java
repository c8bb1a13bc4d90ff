package dev.unixsocket.bench.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * Netty's epoll transport over AF_UNIX, with one event loop. Exchanges run inside the event loop,
 * as Netty code does: no other thread is woken for them.
 */
final class NettyTransport implements Transport {

    private static final int BACKLOG = 128;

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        Supplier<ChannelHandler> handler =
                switch (service) {
                    case "echo", "many" -> NettyEchoHandler::new;
                    case "weve" -> NettyWeveHandler::new;
                    default -> throw new IllegalArgumentException("no such service: " + service);
                };
        EventLoopGroup loop = newLoop();
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loop)
                        .channel(EpollServerDomainSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(handler.get());
                                    }
                                });
        Channel listener =
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
                listener.close().syncUninterruptibly();
                stop(loop);
            }
        };
    }

    @Override
    public Session open(Task task, Endpoint server) throws IOException {
        EventLoopGroup loop = newLoop();
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
                client(loop)
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
        return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    }

    static void stop(EventLoopGroup loop) {
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }

    private static Bootstrap client(EventLoopGroup loop) {
        return new Bootstrap().group(loop).channel(EpollDomainSocketChannel.class);
    }
}
