package dev.unixsocket.ffi;

import java.io.IOException;

/** What a descriptor that came from another process must be. Stateless, thread-safe. */
final class Inherited {

    private Inherited() {}

    /** The address of a listening stream socket of AF_UNIX; throws for anything else. */
    static Address check(int fd) throws IOException {
        if (option(fd, Platform.CURRENT.soType()) != Sockets.SOCK_STREAM) {
            throw refused(fd, "a stream socket");
        }
        Address address = named(fd);
        if (address == null) {
            throw refused(fd, "a socket of AF_UNIX with a name");
        }
        if (option(fd, Platform.CURRENT.soAcceptconn()) == 0) {
            throw refused(fd, "a listening socket");
        }
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
