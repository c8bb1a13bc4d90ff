package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * What the kernel says about the other end of a connection. The public methods of the sockets say
 * what each does.
 *
 * <p>Thread-safe.
 */
final class Peer {

    private static final int FEW_GROUPS = 64;

    /** {@code NGROUPS_MAX} of Linux. */
    private static final int MOST_GROUPS = 65536;

    /** Whose garbage would be closed, also under a call. */
    private final Object owner;

    private final Descriptor descriptor;

    Peer(Object owner, SocketState state) {
        this.owner = owner;
        descriptor = state.descriptor();
    }

    PeerCredentials credentials() throws IOException {
        CredentialsBuffer buffer = new CredentialsBuffer();
        credentials(buffer);
        return buffer.snapshot();
    }

    void credentials(CredentialsBuffer into) throws IOException {
        requireUnix();
        int fd = descriptor.acquire("getsockopt");
        int result;
        try {
            result = Platform.CURRENT.peerCredentials(fd, into);
        } finally {
            descriptor.release("getsockopt");
            Reference.reachabilityFence(owner);
        }
        Sockets.check("getsockopt", result, descriptor.address());
    }

    int[] groups() throws IOException {
        requireUnix();
        try (Arena arena = Arena.ofConfined()) {
            for (int room = FEW_GROUPS; ; room *= 8) {
                MemorySegment gids = arena.allocate(JAVA_INT, room);
                int result = groups(gids);
                if (!Errno.ERANGE.is(result) || room > MOST_GROUPS) {
                    Sockets.check("getsockopt", result, descriptor.address());
                    return gids.asSlice(0, (long) result * Integer.BYTES).toArray(JAVA_INT);
                }
            }
        }
    }

    private int groups(MemorySegment gids) throws IOException {
        int fd = descriptor.acquire("getsockopt");
        try {
            return Platform.CURRENT.peerGroups(fd, gids);
        } finally {
            descriptor.release("getsockopt");
            Reference.reachabilityFence(owner);
        }
    }

    private void requireUnix() {
        if (descriptor.address() instanceof Address.Loopback) {
            throw new UnsupportedOperationException(
                    "the kernel knows the peer of an AF_UNIX socket only, not of "
                            + descriptor.address());
        }
    }
}
