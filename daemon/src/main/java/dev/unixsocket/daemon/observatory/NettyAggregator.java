package dev.unixsocket.daemon.observatory;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** Puts requests together, and refuses what it does not take in the words of this service. */
final class NettyAggregator extends HttpObjectAggregator {

    private final NettyConnection connection;

    NettyAggregator(NettyConnection connection) {
        super(Limits.BODY_BYTES);
        this.connection = connection;
    }

    @Override
    protected Object newContinueResponse(
            HttpMessage head, int maxContentLength, ChannelPipeline pipeline) {
        boolean http11 = head.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
        try {
            if (!RequestHead.expectsContinue(
                    http11, head.headers().getAll(HttpHeaderNames.EXPECT))) {
                return null;
            }
        } catch (RefusedException e) {
            connection.refuse(e);
            return null;
        }
        if (HttpUtil.getContentLength(head, 0L) > maxContentLength) {
            return null; // refused below
        }
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage head) {
        connection.refuse(Limits.bodyTooLarge());
    }
}
