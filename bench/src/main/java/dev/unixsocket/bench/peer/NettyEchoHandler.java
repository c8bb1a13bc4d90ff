package dev.unixsocket.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** The {@code echo} service: each message goes back when it is whole, in one flush. */
final class NettyEchoHandler extends ChannelInboundHandlerAdapter {

    private Hello hello;
    private long received;
    private ByteBuf acknowledgement;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (hello == null) {
            // The client waits for nobody after its hello, so the first message may be here too.
            hello = Hello.read(bytes.nioBuffer());
            bytes.skipBytes(Hello.BYTES);
            acknowledgement =
                    context.alloc()
                            .directBuffer(Hello.ACKNOWLEDGEMENT_BYTES)
                            .writeZero(Hello.ACKNOWLEDGEMENT_BYTES);
        }
        if (!bytes.isReadable()) {
            bytes.release();
        } else if (hello.mode() == Hello.ECHO) {
            echo(context, bytes);
        } else {
            sink(context, bytes);
        }
    }

    private void echo(ChannelHandlerContext context, ByteBuf bytes) {
        received += bytes.readableBytes();
        context.write(bytes, context.voidPromise());
        if (received == hello.payload()) {
            received = 0;
            context.flush();
        }
    }

    private void sink(ChannelHandlerContext context, ByteBuf bytes) {
        received += bytes.readableBytes();
        bytes.release();
        if (received == (long) hello.payload() * hello.messages()) {
            received = 0;
            context.writeAndFlush(acknowledgement.retainedDuplicate(), context.voidPromise());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
