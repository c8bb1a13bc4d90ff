package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.Optional;

/**
 * What the kernel says about the other end of a connection. The public methods of the sockets say
 * what each does.
 *
 * <p>Thread-safe.
 */
final class Peer {

    /** The UID that the kernel gives where it has none. */
    private static final int NOBODY = -1;

    /** For a security label. */
    private static final int FEW_BYTES = 256;

    private static final int MOST_BYTES = 65536;

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
        Objects.requireNonNull(into, "into");
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
        if (into.pid() == 0 && into.uid() == NOBODY) {
            throw unknown();
        }
    }

    private UnsupportedOperationException unknown() {
        return new UnsupportedOperationException(
                "the kernel knows the peer of a connection and of a pair only, not of "
                        + descriptor.address());
    }

    Address address() throws IOException {
        int fd = descriptor.acquire("getpeername");
        try {
            return Sockaddr.peer(fd);
        } finally {
            descriptor.release("getpeername");
            Reference.reachabilityFence(owner);
        }
    }

    PeerProcess process() throws IOException {
        int pid = credentials().pid();
        int fd = descriptor.acquire("getsockopt");
        int pidfd;
        try {
            pidfd = Platform.CURRENT.peerPidfd(fd);
        } finally {
            descriptor.release();
            Reference.reachabilityFence(owner);
        }
        if (Errno.ENOPROTOOPT.is(pidfd)) {
            throw new UnsupportedOperationException(
                    "a descriptor of the peer's process needs Linux 6.5 or later");
        }
        Sockets.check("getsockopt", pidfd, descriptor.address());
        return new PeerProcess(pidfd, pid, descriptor.address());
    }

    Optional<String> securityLabel() throws IOException {
        requireUnix();
        try (Arena arena = Arena.ofConfined()) {
            for (int room = FEW_BYTES; ; room *= 8) {
                MemorySegment label = arena.allocate(room);
                int result = label(label);
                if (Errno.ENOPROTOOPT.is(result)) {
                    return Optional.empty();
                }
                if (!Errno.ERANGE.is(result) || room > MOST_BYTES) {
                    Sockets.check("getsockopt", result, descriptor.address());
                    byte[] bytes = label.asSlice(0, result).toArray(JAVA_BYTE);
                    return Optional.of(new String(bytes, UTF_8).replace("\0", ""));
                }
            }
        }
    }

    private int label(MemorySegment label) throws IOException {
        int fd = descriptor.acquire("getsockopt");
        try {
            return Platform.CURRENT.peerLabel(fd, label);
        } finally {
            descriptor.release("getsockopt");
            Reference.reachabilityFence(owner);
        }
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
