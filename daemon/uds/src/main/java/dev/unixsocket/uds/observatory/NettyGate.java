package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.Memory;
import dev.unixsocket.services.observatory.RefusedException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.util.ReferenceCountUtil;

import java.util.ArrayList;
import java.util.List;

/**
 * Stands before the decoder of a connection: lets it go on when the next request is wanted, counts
 * what it keeps until then, and holds back the end of the input as long.
 */
final class NettyGate extends ChannelInboundHandlerAdapter {

    private final NettyConnection connection;
    private final Channel channel;
    private final NettyDecoder decoder;
    private final Memory memory;
    private final List<Object> heldEnd = new ArrayList<>(2);

    /** How many requests were answered before the last one that has begun. */
    private long answersBefore = -1;

    private boolean decoding;

    /** What came of a head that is not complete, or after the request in hand. */
    private int keptBytes;

    NettyGate(NettyConnection connection, Channel channel, NettyDecoder decoder, Memory memory) {
        this.connection = connection;
        this.channel = channel;
        this.decoder = decoder;
        this.memory = memory;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (connection.isEnding()) {
            ReferenceCountUtil.release(message);
            return;
        }
        boolean wanted = connection.isReady();
        decode(context, (ByteBuf) message);
        if (!wanted && !connection.isReady()) {
            channel.config().setAutoRead(false); // not before something comes: it is a call
        }
    }

    /** The next request may be wanted: looks at what is kept, unless that happens anyway. */
    void goOn() {
        ChannelHandlerContext context = channel.pipeline().context(this);
        if (!decoding && context != null) {
            decode(context, Unpooled.EMPTY_BUFFER);
        }
    }

    private void decode(ChannelHandlerContext context, ByteBuf bytes) {
        int size = bytes.readableBytes();
        decoding = true;
        try {
            context.fireChannelRead(bytes);
        } finally {
            decoding = false;
        }
        if (!channel.isActive()) {
            return;
        }
        if (!connection.isEnding()) {
            count(decoder.isInHead() ? keptBytes + size : decoder.keptBytes());
        }
        if (decoder.hasBegun() && answersBefore != connection.answers()) {
            answersBefore = connection.answers();
            connection.begins();
        }
        if (connection.isReady() || connection.isEnding()) {
            channel.config().setAutoRead(true);
            List<Object> end = List.copyOf(heldEnd);
            heldEnd.clear();
            end.forEach(context::fireUserEventTriggered);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        boolean isEnd =
                event instanceof ChannelInputShutdownEvent
                        || event instanceof ChannelInputShutdownReadComplete;
        if (isEnd && !connection.isEnding()) {
            heldEnd.add(event);
            goOn();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    private void count(int bytes) {
        forget();
        try {
            memory.reserve(bytes);
            keptBytes = bytes;
        } catch (RefusedException e) {
            connection.refuse(e);
        }
    }

    /** What is kept is of no use. */
    void forget() {
        memory.release(keptBytes);
        keptBytes = 0;
    }
}
