package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Syscalls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;

import java.io.IOException;

/** The {@code weve} service: who is it, the request, the response, the end. No timeouts are set. */
final class NettyWeveHandler extends ChannelInboundHandlerAdapter {

    private ByteBuf message;

    @Override
    public void channelActive(ChannelHandlerContext context) throws IOException {
        EpollDomainSocketChannel channel = (EpollDomainSocketChannel) context.channel();
        int uid = channel.peerCredentials().uid();
        if (uid != Syscalls.getuid()) {
            throw new IOException("another user: uid " + uid);
        }
        message = context.alloc().directBuffer(WevePicture.RESPONSE_BYTES);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        ByteBuf bytes = (ByteBuf) part;
        message.writeBytes(bytes);
        bytes.release();
        if (message.readableBytes() < WevePicture.HEADER_BYTES
                || message.readableBytes() < WevePicture.HEADER_BYTES + message.getInt(8)) {
            return;
        }
        WevePicture.writeResponse(message.nioBuffer(0, WevePicture.RESPONSE_BYTES));
        message.setIndex(0, WevePicture.RESPONSE_BYTES);
        context.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
