package dev.unixsocket.bench.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.unix.DomainSocketAddress;

import java.io.EOFException;

/** A connection, a WEVE request, its response, and the end of the connection, each time. */
final class NettyConnectEachTime implements NettySession.Exchange {

    private final Bootstrap bootstrap;
    private final DomainSocketAddress server;
    private final ByteBuf request;
    private NettySession session;

    NettyConnectEachTime(Bootstrap bootstrap, Endpoint server) {
        this.bootstrap = bootstrap;
        this.server = new DomainSocketAddress(server.value());
        request = Unpooled.directBuffer(WevePicture.RESPONSE_BYTES);
        int length = WevePicture.writeRequest(request.nioBuffer(0, request.capacity()));
        request.setIndex(0, length);
    }

    @Override
    public void open(NettySession owner) {
        session = owner;
        bootstrap.handler(
                new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new OneRequest());
                    }
                });
    }

    @Override
    public void begin() {
        bootstrap
                .connect(server)
                .addListener(
                        future -> {
                            if (!future.isSuccess()) {
                                session.failed(future.cause());
                            }
                        });
    }

    @Override
    public void close() {
        request.release();
    }

    private final class OneRequest extends ChannelInboundHandlerAdapter {

        private int missing = WevePicture.RESPONSE_BYTES;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(request.retainedDuplicate(), context.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            missing -= bytes.readableBytes();
            bytes.release();
            if (missing == 0) {
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (missing == 0) {
                session.finished();
            } else {
                session.failed(new EOFException("the server did not answer with a picture"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            session.failed(cause);
        }
    }
}
