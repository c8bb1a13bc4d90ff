package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.OpenListener;

/**
 * A listener with all that surrounds it, and who may connect to it.
 *
 * @param open stays its owner's, whatever an engine does with the listener in it
 * @param policy asked for each peer, before a byte of its own is read
 */
public record GuardedListener(OpenListener open, AccessPolicy policy) {

    /** Where connections come to. */
    public StreamListener listener() {
        return open.listener();
    }
}
