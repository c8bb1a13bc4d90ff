package dev.unixsocket.daemon.server;

import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.Syscalls;

/**
 * Who may connect, decided from what the kernel says of the peer before a byte of it is read.
 *
 * <p>Implementations are thread-safe and allocate nothing for a peer that they admit.
 */
@FunctionalInterface
public interface AccessPolicy {

    /** Whether this peer may go on. */
    boolean admits(CredentialsBuffer peer);

    /** Only processes of the user that this process runs as: getuid(2), asked for each peer. */
    static AccessPolicy sameUser() {
        return peer -> peer.uid() == Syscalls.getuid();
    }
}
