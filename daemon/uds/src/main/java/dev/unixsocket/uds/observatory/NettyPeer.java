package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.PeerCredentials;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;

import java.io.IOException;
import java.util.Optional;

/** Who is at the other end of a channel of Netty's. */
final class NettyPeer {

    private NettyPeer() {}

    /** By the kernel's word; empty where it does not say. */
    static Optional<PeerCredentials> of(Channel channel) {
        try {
            io.netty.channel.unix.PeerCredentials peer =
                    switch (channel) {
                        case EpollDomainSocketChannel epoll -> epoll.peerCredentials();
                        case KQueueDomainSocketChannel kqueue -> kqueue.peerCredentials();
                        default -> throw new IllegalArgumentException(channel.toString());
                    };
            return Optional.of(new PeerCredentials(peer.pid(), peer.uid(), peer.gids()[0]));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
