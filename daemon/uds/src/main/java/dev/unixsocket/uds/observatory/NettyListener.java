package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.server.Listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Netty's channel on the socket of a {@link Listener}; another channel when the socket's file was
 * made anew. Thread-safe.
 */
final class NettyListener {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final Listener listener;
    private final ServerBootstrap bootstrap;
    private int descriptor;

    /** Null until it accepts. */
    private Channel channel;

    /**
     * One that does not accept yet.
     *
     * @param welcome is given every connection
     */
    NettyListener(Listener listener, EventLoopGroup group, boolean epoll, ChannelHandler welcome)
            throws IOException {
        this.listener = listener;
        descriptor = listener.socket().nonBlocking().detach();
        bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channelFactory(() -> channelOn(descriptor, epoll))
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childHandler(welcome);
        listener.onNewSocket(_ -> moveToNewSocket());
    }

    private static ServerChannel channelOn(int fd, boolean epoll) {
        return epoll
                ? new EpollServerDomainSocketChannel(fd)
                : new KQueueServerDomainSocketChannel(fd);
    }

    /** Begins to accept, unless it has begun. */
    synchronized void start() {
        if (channel == null) {
            register();
        }
    }

    /** Netty takes a channel on a descriptor for one that is not bound: tell it to begin. */
    private void register() {
        Channel mine = bootstrap.register().syncUninterruptibly().channel();
        // After the handler that ServerBootstrap adds in the loop, which looks away for a second.
        mine.eventLoop().execute(() -> mine.pipeline().addLast(new NettyAcceptFailure(listener)));
        channel = mine.read();
    }

    private synchronized void moveToNewSocket() {
        start(); // where the file was gone before that
        Channel old = channel;
        try {
            descriptor = listener.socket().nonBlocking().detach();
        } catch (IOException e) {
            LOG.log(Level.ERROR, e.getMessage());
            return;
        }
        register();
        listener.closeFormer(); // the descriptor of the old one is its channel's
        LastConnections last = new LastConnections();
        old.pipeline().addFirst(last);
        QuietTurns.await(old.eventLoop(), () -> last.accepted, old::close);
    }

    /** Ends it; nothing else is closed. */
    synchronized void close() {
        channel.close().syncUninterruptibly();
    }

    /** Counts what comes to a socket that nobody finds any more. Its counts are the loop's. */
    private static final class LastConnections extends ChannelInboundHandlerAdapter {

        private long accepted;

        @Override
        public void channelRead(ChannelHandlerContext context, Object connection) {
            accepted++;
            context.fireChannelRead(connection);
        }
    }
}
