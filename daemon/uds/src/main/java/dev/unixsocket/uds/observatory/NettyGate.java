package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.server.Admission;
import dev.unixsocket.services.server.Connection;
import dev.unixsocket.services.server.Listener;

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

    private final Admission admission;
    private final Address address;
    private final Consumer<Channel> admitted;

    /**
     * A gate.
     *
     * @param admitted puts the handlers into the channel of one who may connect
     */
    NettyGate(Listener listener, Consumer<Channel> admitted) {
        this.admission = listener.admission();
        this.address = listener.address();
        this.admitted = admitted;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (admits((UnixChannel) channel)) {
            admitted.accept(channel);
        } else {
            channel.close();
        }
    }

    private boolean admits(UnixChannel channel) {
        try {
            return admission.admits(
                    new Connection(StreamSocket.ownedElsewhere(channel.fd().intValue(), address)));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a connection failed: " + e.getMessage());
            return false;
        }
    }
}
