package dev.unixsocket.uds.observatory;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, with every socket kept in its interest list.
 *
 * <p>Netty 4.2.16 to 4.2.18 remove a socket with an empty interest set from the list, and then fail
 * with {@code ENOENT} when it waits for something again (epoll_ctl(2), {@code EPOLL_CTL_MOD}). A
 * peer that has ended its output is such a socket: an answer to it that does not fit into the send
 * buffer would be lost. Here its interest set is {@code EPOLLET} instead, which reports {@code
 * EPOLLERR} and {@code EPOLLHUP} once and nothing else; for the repeated reports of these two,
 * Netty began to remove such sockets.
 *
 * <p>Confined to the event loop, but for {@link #wakeup}.
 */
final class NettyEpoll implements IoHandler {

    private final IoHandler epoll;

    private NettyEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    /** Makes the handler of an event loop. */
    static IoHandlerFactory newFactory() {
        IoHandlerFactory epolls = EpollIoHandler.newFactory();
        return executor -> new NettyEpoll(epolls.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Kept(epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }

    /** A socket in the interest list. */
    private record Kept(IoRegistration registration) implements IoRegistration {

        @Override
        public long submit(IoOps ops) {
            return registration.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
