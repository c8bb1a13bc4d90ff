package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.Meter;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The one place that lets connections in, before a byte of them is read. Over TCP nobody vouches
 * for a peer, so that everyone is let in.
 *
 * <p>Immutable, thread-safe. Allocates nothing where the {@link AccessPolicy} does not.
 */
public final class Admission {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private final AccessPolicy policy;
    private final Meter meter;

    /** Lets in whom a listener is for. */
    public Admission(Listener listener) {
        this.policy = listener.policy();
        this.meter = listener.meter();
    }

    /**
     * Asks the kernel who the peer is, and whether that one may connect. One who may not is said at
     * DEBUG, and told nothing.
     *
     * @throws IOException when the kernel does not say
     */
    public boolean admits(Connection connection) throws IOException {
        if (!connection.isVouchedFor()) {
            connection.opened(meter);
            return true;
        }
        CredentialsBuffer peer = connection.identify();
        if (policy.admits(peer, connection.socket())) {
            connection.opened(meter);
            return true;
        }
        meter.refused(Meter.Refusal.NOT_ADMITTED);
        LOG.log(Level.DEBUG, () -> "refused a connection of " + peer);
        return false;
    }
}
