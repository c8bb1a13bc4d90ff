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

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
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
 * says which. One request is in hand, and is answered before the next is looked at.
 */
final class NettyConnection extends SimpleChannelInboundHandler<Object> {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final NettyEngine engine;
    private final Channel channel;
    private final Optional<PeerCredentials> peer;

    private final NettyDecoder decoder = new NettyDecoder(this::isReady);
    private final Memory memory;
    private final Body body;
    private final boolean welcome;

    private final NettyGate gate;

    /** A request is complete, and not answered yet. */
    private boolean inHand;

    /** What comes after that answer. */
    private Optional<RefusedException> refusal = Optional.empty();

    private long answers;

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
        this.gate = new NettyGate(this, channel, decoder, memory);
        this.welcome = memory.take(Memory.CONNECTION_BYTES);
    }

    /** Whether the next request may be looked at. */
    boolean isReady() {
        return !inHand && !ending && channel.isWritable();
    }

    /** Whether the last answer was written. */
    boolean isEnding() {
        return ending;
    }

    /** How many requests were answered. */
    long answers() {
        return answers;
    }

    /** A request has begun. */
    void begins() {
        engine.arrived();
        allow(engine.settings().requestLimit());
    }

    void install() {
        channel.pipeline()
                .addLast(gate)
                .addLast(decoder)
                .addLast(new HttpResponseEncoder())
                .addLast(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        engine.remember(this);
        allow(engine.settings().requestLimit());
        after(deadline.leftNanos(), this::checkTime);
        if (!welcome) {
            refuse(Limits.tooManyConnections());
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timer.ifPresent(pending -> pending.cancel(false));
        discard();
        if (welcome) {
            memory.release(Memory.CONNECTION_BYTES);
        }
        if (!inHand) {
            engine.forget(this);
        }
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
                    inHand = true;
                    Request request = new Request(decoder.head(), body.take());
                    engine.routes().answer(request, peer, response -> answer(request, response));
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

    private void answer(Request request, Response response) {
        if (!channel.isActive()) {
            inHand = false;
            engine.forget(this); // its sender has gone
            return;
        }
        Head head = request.head();
        Head.Persistence persistence =
                engine.isStopping() ? Head.Persistence.CLOSES : head.persistence();
        decoder.requestEnded();
        answers++;
        allow(engine.settings().idleLimit(head));
        after(deadline.leftNanos(), this::checkTime);
        write(response, head.line().isHead(), head.connectionHeader(persistence));
        inHand = false;
        if (persistence == Head.Persistence.CLOSES) {
            end();
        } else {
            refusal.ifPresent(this::refuse);
        }
        gate.goOn();
    }

    /** Tells the sender what is wrong; it was the last answer. */
    void refuse(RefusedException refused) {
        if (inHand) {
            refusal = Optional.of(refused);
        } else if (!ending) {
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
        gate.forget();
    }

    /** Not closed at once: closing while the peer still sends can cost it the answer. */
    private void end() {
        ending = true;
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> ((DuplexChannel) channel).shutdownOutput());
        after(LingeringClose.LIMIT.toNanos(), channel::close);
    }

    /** One who does not take its answers is not asked for more requests. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            channel.eventLoop().execute(gate::goOn); // not in the middle of what it flushes
        }
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
        } else if (cause instanceof OutOfMemoryError) {
            LOG.log(Level.ERROR, () -> "a connection failed: " + cause);
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
        } else if (inHand) {
            allow(engine.settings().requestLimit());
            after(deadline.leftNanos(), this::checkTime);
        } else if (decoder.hasBegun() || answers == 0) {
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
}
