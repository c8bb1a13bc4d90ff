package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.SlowReader;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The readers on the output socket. Netty keeps a queue for each channel and counts the bytes in
 * it; all that is left to do is not to add to one that is full.
 */
@ChannelHandler.Sharable
final class NettyReaders extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<SlowReader> PACE = AttributeKey.valueOf("slow reader");

    private final Set<Channel> readers = new LinkedHashSet<>();

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channel channel = context.channel();
        String peer = NettyPeer.of(channel).map(Object::toString).orElse("unknown");
        channel.attr(PACE).set(new SlowReader(peer));
        readers.add(channel);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        readers.remove(context.channel());
        context.channel().attr(PACE).get().gone();
    }

    /** A reader has nothing to say. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    void broadcast(byte[] event) {
        if (readers.isEmpty()) {
            return;
        }
        ByteBuf bytes = Unpooled.directBuffer(event.length).writeBytes(event);
        for (Channel reader : List.copyOf(readers)) {
            offer(reader, bytes);
        }
        bytes.release();
    }

    private static void offer(Channel reader, ByteBuf event) {
        if (reader.attr(PACE).get().takes(waiting(reader), event.readableBytes())) {
            reader.writeAndFlush(event.retainedDuplicate(), reader.voidPromise());
        }
    }

    private static long waiting(Channel reader) {
        var queue = reader.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    /** Ends all of them; what waits is lost. */
    void close() {
        for (Channel reader : List.copyOf(readers)) {
            reader.attr(PACE).get().gone(); // channelInactive is called later, if at all
            reader.close();
        }
    }

    /** Whether no event waits for a reader. */
    boolean haveEverything() {
        return readers.stream().allMatch(reader -> waiting(reader) == 0);
    }
}
