package dev.unixsocket.bench.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.DomainSocketAddress;

import java.io.EOFException;

/** Round trips, or batches in one direction, on one connection. */
final class NettyConversation extends ChannelInboundHandlerAdapter
        implements NettySession.Exchange {

    private final Bootstrap bootstrap;
    private final Task task;
    private final Endpoint server;
    private final ByteBuf payload;
    private final int answerBytes;
    private NettySession session;
    private Channel channel;
    private int unsent;
    private int missing;

    NettyConversation(Bootstrap bootstrap, Task task, Endpoint server) {
        this.bootstrap = bootstrap;
        this.task = task;
        this.server = server;
        payload = Unpooled.directBuffer(task.payload()).writeZero(task.payload());
        answerBytes = Hello.of(task).answerBytes();
    }

    @Override
    public void open(NettySession owner) {
        session = owner;
        channel =
                bootstrap
                        .handler(this)
                        .connect(new DomainSocketAddress(server.value()))
                        .syncUninterruptibly()
                        .channel();
        ByteBuf hello = Unpooled.directBuffer(Hello.BYTES).writeZero(Hello.BYTES);
        Hello.of(task).write(hello.nioBuffer());
        channel.writeAndFlush(hello).syncUninterruptibly();
    }

    @Override
    public void begin() {
        unsent = task.messages();
        missing = answerBytes;
        send();
    }

    /**
     * Sends while there is room; {@link #channelWritabilityChanged} goes on when there is again.
     */
    private void send() {
        while (unsent > 0 && channel.isWritable()) {
            unsent--;
            channel.writeAndFlush(payload.retainedDuplicate(), channel.voidPromise());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        send();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        missing -= bytes.readableBytes();
        bytes.release();
        if (missing == 0) {
            session.finished();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.failed(new EOFException("the server closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        session.failed(cause);
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        payload.release();
    }
}
