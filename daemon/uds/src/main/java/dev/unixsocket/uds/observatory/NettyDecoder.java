package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.Head;
import dev.unixsocket.services.observatory.Limits;
import dev.unixsocket.services.observatory.RefusedException;
import dev.unixsocket.services.observatory.RequestParser;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Netty's decoder, which takes heads and bodies apart. What a head means is judged by {@link Head}
 * as soon as it is complete, so that Netty reads a body only of what both engines agree on. What is
 * refused comes out as a message that is a failure, or as a {@link RefusedException}.
 */
final class NettyDecoder extends HttpRequestDecoder {

    private final RequestParser.LeadingLineEnds leadingLineEnds =
            new RequestParser.LeadingLineEnds();

    /** Null between two requests. */
    private Head.Line line;

    private Head head;
    private boolean headComplete;
    private boolean refused;
    private boolean cutShort;
    private final BooleanSupplier mayGoOn;

    /**
     * A decoder of one connection.
     *
     * @param mayGoOn whether the next request is wanted; until then its bytes are kept
     */
    NettyDecoder(BooleanSupplier mayGoOn) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(Limits.HEADER_BYTES)
                        .setMaxHeaderSize(Limits.HEADER_BYTES)
                        .setStrictLineParsing(false)); // people type requests with LF alone
        this.mayGoOn = mayGoOn;
    }

    /** Netty skips any number of any control characters before a request. */
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        if (!mayGoOn.getAsBoolean()) {
            return;
        }
        try {
            while (line == null
                    && in.isReadable()
                    && !refused
                    && leadingLineEnds.skips(in.getByte(in.readerIndex()))) {
                in.skipBytes(1);
            }
        } catch (RefusedException e) {
            refused = true;
            out.add(e);
        }
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else if (in.isReadable()) {
            super.decode(context, in, out);
        }
    }

    /** Lets Netty apply the rules of HTTP/1.1, which are stricter, whatever the version. */
    @Override
    protected HttpMessage createMessage(String[] words) throws Exception {
        line = Head.Line.of(words[0], words[1], words[2]);
        return super.createMessage(new String[] {words[0], words[1], HttpVersion.HTTP_1_1.text()});
    }

    /** What Netty calls when the header lines are complete, before it decides how to go on. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        try {
            head = Head.of(line, message.headers()::getAll);
            headComplete = true;
            return !head.hasBody();
        } catch (RefusedException e) {
            throw new DecoderException(e);
        }
    }

    /** At the end of the input, the decoder forgets what it had. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            cutShort = hasBegun();
        }
        super.userEventTriggered(context, event);
    }

    /** The head that was read last. */
    Head head() {
        return head;
    }

    /** The request that was read last is complete. */
    void requestEnded() {
        line = null;
        headComplete = false;
    }

    /** How many bytes are kept. */
    int keptBytes() {
        return actualReadableBytes();
    }

    /** Whether a part of a head has come, and not all of it. */
    boolean isInHead() {
        return hasBegun() && !headComplete;
    }

    /** Whether a part of a request has come. */
    boolean hasBegun() {
        return cutShort || line != null || actualReadableBytes() > 0;
    }
}
