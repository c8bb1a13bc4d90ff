package dev.unixsocket.services.server;

import dev.unixsocket.services.connections.OutboundQueue;

import java.util.Locale;

/** What happens to a peer that does not keep up, once its {@link OutboundQueue} is full. */
public enum SlowPolicy {
    /** It misses the oldest message that it has not received. */
    DROP_OLDEST,
    /** It misses the newest message. */
    DROP_NEWEST,
    /** Its connection is closed. */
    DISCONNECT;

    /** As in settings and on the command line: {@code drop-oldest}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
