package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.connections.AcceptFailure;
import dev.unixsocket.services.server.Listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.Errors;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Says that a listener cannot accept, in the words of the other servers and as seldom. */
final class NettyAcceptFailure extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final AcceptFailure failure;
    private final Object address;

    /** For the channel that accepts on that listener. */
    NettyAcceptFailure(Listener listener) {
        this.failure = new AcceptFailure(listener.meter());
        this.address = listener.address();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof Errors.NativeIoException e)
                || failure.judge(new SyscallException("accept", e.expectedErr(), address))
                        == AcceptFailure.Retry.NEVER) {
            LOG.log(Level.ERROR, "a listener failed", cause);
        }
    }
}
