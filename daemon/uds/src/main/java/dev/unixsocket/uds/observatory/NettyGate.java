package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.observatory.GuardedListener;
import dev.unixsocket.services.server.AccessPolicy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.unix.UnixChannel;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * Closes the connections of those who may not connect, before a byte is read. Netty knows a peer's
 * user, and its primary group only; so a policy that wants to know something asks the kernel.
 */
final class NettyGate extends ChannelInitializer<Channel> {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final AccessPolicy policy;
    private final Address address;
    private final Consumer<Channel> admitted;

    /**
     * A gate.
     *
     * @param admitted puts the handlers into the channel of one who may connect
     */
    NettyGate(GuardedListener guarded, Consumer<Channel> admitted) {
        this.policy = guarded.policy();
        this.address = guarded.listener().address();
        this.admitted = admitted;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (policy instanceof AccessPolicy.Anyone || admits((UnixChannel) channel)) {
            admitted.accept(channel);
        } else {
            channel.close();
        }
    }

    private boolean admits(UnixChannel channel) {
        StreamSocket connection = StreamSocket.ownedElsewhere(channel.fd().intValue(), address);
        CredentialsBuffer peer = new CredentialsBuffer();
        try {
            connection.peerCredentials(peer);
            if (policy.admits(peer, connection)) {
                return true;
            }
            LOG.log(Level.DEBUG, () -> "refused a connection of " + peer);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a connection failed: " + e.getMessage());
        }
        return false;
    }
}
