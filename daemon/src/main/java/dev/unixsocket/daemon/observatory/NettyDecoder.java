package dev.unixsocket.daemon.observatory;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder, which also says whether a request is on its way. */
final class NettyDecoder extends HttpRequestDecoder {

    private boolean requestLineRead;
    private boolean cutShort;

    NettyDecoder() {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(Limits.HEADER_BYTES)
                        .setMaxHeaderSize(Limits.HEADER_BYTES)
                        .setStrictLineParsing(false)); // people type requests with LF alone
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
        requestLineRead = true;
        return super.createMessage(initialLine);
    }

    /** At the end of the input, the decoder forgets what it had. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            cutShort = hasBegun();
        }
        super.userEventTriggered(context, event);
    }

    /** The request that was read last is complete. */
    void requestEnded() {
        requestLineRead = false;
    }

    /** Whether a part of a request has come. */
    boolean hasBegun() {
        return cutShort || requestLineRead || actualReadableBytes() > 0;
    }
}
