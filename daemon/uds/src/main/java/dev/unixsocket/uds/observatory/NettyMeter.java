package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.server.Meter;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/** Counts the bytes of a connection, where somebody counts. Confined to the event loop. */
final class NettyMeter extends ChannelDuplexHandler {

    private final Meter meter;

    NettyMeter(Meter meter) {
        this.meter = meter;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            meter.received(bytes.readableBytes());
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            meter.sent(bytes.readableBytes());
        }
        context.write(message, promise);
    }
}
