package dev.unixsocket.ffi;

import java.io.IOException;

/**
 * What a descriptor that came from another process must be, to be taken over as a socket of some
 * kind. It becomes close-on-exec. Stateless, thread-safe.
 */
final class Inherited {

    private Inherited() {}

    /** The address of a listening socket of AF_UNIX; throws for anything else. */
    static Address listener(int fd, int type) throws IOException {
        requireType(fd, type);
        Address address = named(fd);
        if (address == null) {
            throw refused(fd, "a socket of AF_UNIX with a name");
        }
        if (!isListener(fd)) {
            throw refused(fd, "a listening socket");
        }
        return closeOnExec(fd, address);
    }

    /**
     * Where the listener of a connection of AF_UNIX is: at its own name if it was accepted, at its
     * peer's if it has connected. Throws for anything else.
     */
    static Address connection(int fd, int type) throws IOException {
        requireType(fd, type);
        requireUnix(fd);
        if (isListener(fd)) {
            throw refused(fd, "a connected socket, but a listening one");
        }
        Address peer;
        try {
            peer = Sockaddr.peer(fd);
        } catch (SyscallException e) {
            if (e.errno() == Errno.ENOTCONN) {
                throw refused(fd, "a connected socket");
            }
            throw e;
        }
        Address own = Sockaddr.own(fd);
        return closeOnExec(fd, own instanceof Address.Unnamed ? peer : own);
    }

    /** The name of a datagram socket of AF_UNIX; throws for anything else. */
    static Address datagram(int fd) throws IOException {
        requireType(fd, Sockets.SOCK_DGRAM);
        requireUnix(fd);
        return closeOnExec(fd, Sockaddr.own(fd));
    }

    private static void requireType(int fd, int type) throws IOException {
        if (option(fd, Platform.CURRENT.soType()) != type) {
            String name =
                    switch (type) {
                        case Sockets.SOCK_STREAM -> "a stream socket";
                        case Sockets.SOCK_DGRAM -> "a datagram socket";
                        default -> "a SOCK_SEQPACKET socket";
                    };
            throw refused(fd, name);
        }
    }

    private static void requireUnix(int fd) throws IOException {
        if (Sockaddr.familyOf(fd) != Sockets.AF_UNIX) {
            throw refused(fd, "a socket of AF_UNIX");
        }
    }

    private static boolean isListener(int fd) throws IOException {
        return option(fd, Platform.CURRENT.soAcceptconn()) != 0;
    }

    private static Address closeOnExec(int fd, Address address) throws IOException {
        int result = Syscalls.fcntl(fd, Platform.CURRENT.fSetfd(), Platform.CURRENT.fdCloexec());
        Sockets.check("fcntl", result, address);
        return address;
    }

    private static Address named(int fd) throws IOException {
        try {
            return Sockaddr.named(fd);
        } catch (IllegalArgumentException tooLong) {
            throw new IOException("descriptor " + fd + ": " + tooLong.getMessage(), tooLong);
        }
    }

    private static int option(int fd, int name) throws IOException {
        int result = Syscalls.getsockopt(fd, Platform.CURRENT.solSocket(), name);
        if (Errno.ENOTSOCK.is(result) || Errno.EBADF.is(result)) {
            throw refused(fd, "a socket");
        }
        Sockets.check("getsockopt", result, "descriptor " + fd);
        return result;
    }

    private static IOException refused(int fd, String what) {
        return new IOException("descriptor " + fd + " is not " + what);
    }
}
