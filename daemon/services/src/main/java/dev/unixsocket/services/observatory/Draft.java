package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;

import java.time.Instant;
import java.util.Optional;

/**
 * What an event is made of.
 *
 * @param time when it came
 * @param name of which kind it is, by its sender's word
 * @param peer who sent it, by the kernel's word; empty where the kernel does not say
 * @param body what its sender says
 */
record Draft(Instant time, String name, Optional<PeerCredentials> peer, byte[] body) {

    /** The largest body that is worked on between two looks at the sockets, in bytes. */
    private static final int SMALL_BYTES = 4 * 1024;

    /** Whether the event is made in no time. */
    boolean isSmall() {
        return body.length <= SMALL_BYTES;
    }

    Event event() {
        return new Event(time, name, peer, body);
    }
}
