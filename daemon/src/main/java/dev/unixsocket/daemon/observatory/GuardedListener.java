package dev.unixsocket.daemon.observatory;

import dev.unixsocket.daemon.server.AccessPolicy;
import dev.unixsocket.daemon.server.OpenListener;
import dev.unixsocket.ffi.StreamListener;

/**
 * A listener with all that surrounds it, and who may connect to it.
 *
 * @param open stays its owner's, whatever an engine does with the listener in it
 * @param policy asked for each peer, before a byte of its own is read
 */
record GuardedListener(OpenListener open, AccessPolicy policy) {

    /** Where connections come to. */
    StreamListener listener() {
        return open.listener();
    }
}
