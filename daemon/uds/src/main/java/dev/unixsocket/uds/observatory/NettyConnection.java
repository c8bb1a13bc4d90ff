package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.services.observatory.Body;
import dev.unixsocket.services.observatory.Head;
import dev.unixsocket.services.observatory.Limits;
import dev.unixsocket.services.observatory.Memory;
import dev.unixsocket.services.observatory.RefusedException;
import dev.unixsocket.services.observatory.Request;
import dev.unixsocket.services.observatory.Response;
import dev.unixsocket.services.observatory.Status;
import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.LingeringClose;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A sender's connection in Netty: its codec reads requests and writes answers, and this handler
 * says which.
 */
final class NettyConnection extends SimpleChannelInboundHandler<Object> {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final NettyEngine engine;
    private final Channel channel;
    private final Optional<PeerCredentials> peer;

    private final NettyDecoder decoder = new NettyDecoder();
    private final Memory memory;
    private final Body body;

    /** What came of a head that is not complete. */
    private int headBytes;

    private boolean answeredBefore;

    /** The last answer was written; what comes is thrown away. */
    private boolean ending;

    /** When a request must have come. */
    private final Deadline deadline = new Deadline();

    /** What looks at it; it goes with the connection. */
    private Optional<ScheduledFuture<?>> timer = Optional.empty();

    NettyConnection(NettyEngine engine, Channel channel, Optional<PeerCredentials> peer) {
        this.engine = engine;
        this.channel = channel;
        this.peer = peer;
        this.memory = engine.routes().memory();
        this.body = new Body(memory);
    }

    void install() {
        channel.pipeline()
                .addLast(new Clock())
                .addLast(decoder)
                .addLast(new HttpResponseEncoder())
                .addLast(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        engine.remember(this);
        allow(engine.settings().requestLimit());
        after(deadline.leftNanos(), this::checkTime);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timer.ifPresent(pending -> pending.cancel(false));
        discard();
        engine.forget(this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Object message) {
        try {
            if (!ending) {
                take(message);
            }
        } catch (RefusedException e) {
            refuse(e);
        }
    }

    /**
     * Netty's HttpObjectAggregator would put requests together; but it asks for the body of a head
     * that is malformed, keeps the pieces of a body in memory that nobody counts, and forgets that
     * the body was chunked.
     */
    private void take(Object message) throws RefusedException {
        switch (message) {
            case RefusedException refused -> throw refused;
            case HttpObject failed when failed.decoderResult().isFailure() ->
                    throw refusal(failed.decoderResult().cause());
            case HttpRequest _ -> begin(decoder.head());
            case HttpContent content -> {
                body.add(content.content().nioBuffer(), Limits.BODY_BYTES + 1);
                if (content instanceof LastHttpContent) {
                    answer(new Request(decoder.head(), body.take()));
                }
            }
            default -> throw new IllegalArgumentException(message.getClass().getName());
        }
    }

    private void begin(Head head) throws RefusedException {
        body.begin(head);
        if (head.asksToContinue()) {
            engine.routes().admitBody(head, peer);
            channel.writeAndFlush(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.CONTINUE,
                            Unpooled.EMPTY_BUFFER));
        }
    }

    private static RefusedException refusal(Throwable cause) {
        return switch (cause) {
            case RefusedException refused -> refused;
            case TooLongFrameException _ -> Limits.headersTooLarge();
            case DecoderException e when e.getCause() instanceof RefusedException refused ->
                    refused;
            default -> RefusedException.malformed(String.valueOf(cause.getMessage()));
        };
    }

    private void answer(Request request) throws RefusedException {
        Response response = engine.routes().answer(request, peer);
        Head head = request.head();
        Head.Persistence persistence =
                engine.isStopping() ? Head.Persistence.CLOSES : head.persistence();
        decoder.requestEnded();
        answeredBefore = true;
        allow(engine.settings().idleLimit(head));
        after(deadline.leftNanos(), this::checkTime);
        write(response, head.line().isHead(), head.connectionHeader(persistence));
        if (persistence == Head.Persistence.CLOSES) {
            end();
        }
    }

    /** Tells the sender what is wrong; it was the last answer. */
    void refuse(RefusedException refused) {
        if (!ending) {
            discard();
            write(engine.routes().refuse(refused, peer), false, Optional.of("close"));
            end();
        }
    }

    private void write(Response response, boolean toHead, Optional<String> connection) {
        Status status = response.status();
        FullHttpResponse message =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        new HttpResponseStatus(status.code(), status.reason()),
                        toHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(response.body()));
        response.headers(connection).forEach(message.headers()::set);
        channel.writeAndFlush(message);
    }

    private void discard() {
        body.discard();
        memory.release(Memory.ofHead(headBytes));
        headBytes = 0;
    }

    /** Counts what the decoder keeps of a head. */
    private void countHead(int bytes) {
        try {
            memory.reserve(Memory.ofHead(bytes) - Memory.ofHead(headBytes));
            headBytes = bytes;
        } catch (RefusedException e) {
            refuse(e);
        }
    }

    /** Not closed at once: closing while the peer still sends can cost it the answer. */
    private void end() {
        ending = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> ((DuplexChannel) channel).shutdownOutput());
        after(LingeringClose.LIMIT.toNanos(), channel::close);
    }

    /** One who does not take its answers is not asked for more requests. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        channel.config().setAutoRead(channel.isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownReadComplete) {
            if (decoder.hasBegun() && !ending) {
                refuse(Limits.cutShort());
            }
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.close());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.log(Level.DEBUG, () -> "connection of " + peer + ": " + cause.getMessage());
        } else {
            LOG.log(Level.ERROR, "a connection failed", cause);
        }
        channel.close();
    }

    private void allow(Duration time) {
        deadline.begin(time);
    }

    /** Does that then, in place of what was to be done at another time. */
    private void after(long nanos, Runnable action) {
        timer.ifPresent(pending -> pending.cancel(false));
        timer =
                channel.isOpen()
                        ? Optional.of(
                                channel.eventLoop().schedule(action, nanos, TimeUnit.NANOSECONDS))
                        : Optional.empty();
    }

    private void checkTime() {
        long left = deadline.leftNanos();
        if (!channel.isOpen() || ending) {
            return;
        }
        if (left > 0) {
            after(left, this::checkTime);
        } else if (decoder.hasBegun() || !answeredBefore) {
            refuse(Limits.tooSlow(engine.settings().requestLimit()));
        } else {
            channel.close();
        }
    }

    /** The engine stops: a request that has begun may come to its end. */
    void finish() {
        if (decoder.hasBegun() || ending) {
            return;
        }
        if (channel.unsafe().outboundBuffer().totalPendingWriteBytes() > 0) {
            end();
        } else {
            channel.close();
        }
    }

    /** Sees the bytes before the decoder does, to know when a request begins. */
    private final class Clock extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            boolean begun = decoder.hasBegun();
            int size = ((ByteBuf) message).readableBytes();
            context.fireChannelRead(message);
            if (!ending) {
                countHead(decoder.isInHead() ? headBytes + size : 0);
            }
            if (!begun && decoder.hasBegun()) {
                engine.arrived();
                allow(engine.settings().requestLimit());
            }
        }
    }
}
