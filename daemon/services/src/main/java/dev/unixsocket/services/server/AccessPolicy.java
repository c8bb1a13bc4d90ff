package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.Syscalls;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may connect, decided from what the kernel says of the peer before a byte of it is read.
 *
 * <p>Immutable, thread-safe. {@link SameUser}, which asks nothing more than the credentials at
 * hand, allocates nothing.
 */
public sealed interface AccessPolicy {

    /**
     * Whether this peer may go on.
     *
     * @param peer its credentials
     * @param connection to ask the kernel for more about it
     * @throws IOException when the kernel does not say
     */
    boolean admits(CredentialsBuffer peer, StreamSocket connection) throws IOException;

    /**
     * Only processes of the user that this process runs as: getuid(2), asked for each peer. Nobody
     * where that user ID stands for all that a user namespace does not map.
     */
    static AccessPolicy sameUser() {
        return new SameUser(OverflowUser.isAmbiguousUid(Syscalls.getuid()));
    }

    /** Only processes of these users. */
    static AccessPolicy users(Set<Integer> uids) {
        return new Users(
                uids.stream()
                        .filter(uid -> !OverflowUser.isAmbiguousUid(uid))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Only processes in this group, be it their primary group or a supplementary one. */
    static AccessPolicy groupMembers(int gid) {
        return new GroupMembers(gid, OverflowUser.isAmbiguousGid(gid));
    }

    /** Everyone whom the file system lets connect. */
    static AccessPolicy anyone() {
        return new Anyone();
    }

    /**
     * Everyone whom the mode of the socket file lets connect; where there is no file, those whom
     * the other policy admits.
     */
    static AccessPolicy byMode(AccessPolicy withoutFile) {
        return new ByMode(withoutFile);
    }

    /** Those whom this policy admits, and those whom the other one does. */
    default AccessPolicy or(AccessPolicy other) {
        return new Either(this, other);
    }

    /**
     * See {@link AccessPolicy#sameUser}.
     *
     * @param ambiguous whether the user ID of this process is that of other users too
     */
    record SameUser(boolean ambiguous) implements AccessPolicy {
        @Override
        public boolean admits(CredentialsBuffer peer, StreamSocket connection) {
            return peer.uid() == Syscalls.getuid() && !ambiguous;
        }
    }

    /**
     * See {@link AccessPolicy#users}.
     *
     * @param uids their user IDs
     */
    record Users(Set<Integer> uids) implements AccessPolicy {
        @Override
        public boolean admits(CredentialsBuffer peer, StreamSocket connection) {
            return uids.contains(peer.uid());
        }
    }

    /**
     * See {@link AccessPolicy#groupMembers}.
     *
     * @param gid its group ID
     * @param ambiguous whether that is the ID of other groups too
     */
    record GroupMembers(int gid, boolean ambiguous) implements AccessPolicy {
        @Override
        public boolean admits(CredentialsBuffer peer, StreamSocket connection) throws IOException {
            if (ambiguous) {
                return false;
            }
            if (peer.gid() == gid) {
                return true;
            }
            for (int supplementary : connection.peerGroups()) {
                if (supplementary == gid) {
                    return true;
                }
            }
            return false;
        }
    }

    /** See {@link AccessPolicy#anyone}. */
    record Anyone() implements AccessPolicy {
        @Override
        public boolean admits(CredentialsBuffer peer, StreamSocket connection) {
            return true;
        }
    }

    /**
     * See {@link AccessPolicy#byMode}.
     *
     * @param withoutFile asked where there is no socket file
     */
    record ByMode(AccessPolicy withoutFile) implements AccessPolicy {
        @Override
        public boolean admits(CredentialsBuffer peer, StreamSocket connection) throws IOException {
            return connection.address() instanceof Address.UnixPath
                    || withoutFile.admits(peer, connection);
        }
    }

    /**
     * See {@link AccessPolicy#or}.
     *
     * @param one asked first
     * @param other asked if the first does not admit
     */
    record Either(AccessPolicy one, AccessPolicy other) implements AccessPolicy {
        @Override
        public boolean admits(CredentialsBuffer peer, StreamSocket connection) throws IOException {
            return one.admits(peer, connection) || other.admits(peer, connection);
        }
    }
}
