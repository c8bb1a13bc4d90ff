package dev.unixsocket.ffi;

/** What listeners and connections share. */
final class Sockets {

    // The same on Linux and on macOS.
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_SEQPACKET = 5;
    static final int SHUT_RD = 0;
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;
    static final int MSG_PEEK = 2;

    private Sockets() {}

    /** socket(2) of the family that the address belongs to. */
    static int create(Address address, int type, Calls calls, boolean blocking)
            throws SyscallException {
        int domain = address instanceof Address.Loopback ? AF_INET : AF_UNIX;
        int fd = Platform.CURRENT.socket(domain, type, calls, blocking);
        check("socket", fd, address);
        prepare(fd, address);
        return fd;
    }

    /**
     * Sets what every socket that data goes through has here, a connected or an accepted one: over
     * TCP a small write goes out at once. AF_UNIX on Linux needs no call.
     */
    static void prepare(int fd, Address address) {
        Platform.CURRENT.suppressSigpipe(fd);
        if (address instanceof Address.Loopback) {
            Platform.CURRENT.tcpNoDelay(fd);
        }
    }

    /** Ends both directions, so that calls which wait return: shutdown(2). */
    static void endConnection(int fd) {
        Syscalls.shutdown(fd, SHUT_RDWR);
    }

    /** Lets a TCP listener take a port on which old connections linger. */
    static int reuseAddress(int fd) {
        return Syscalls.setsockopt(
                fd, Platform.CURRENT.solSocket(), Platform.CURRENT.soReuseaddr(), 1);
    }

    /**
     * Sets {@code SO_RCVTIMEO} or {@code SO_SNDTIMEO}, which limits connect(2) too.
     *
     * @param nanos rounded up to a microsecond; {@link Timeouts#NONE} for no limit
     * @return 0 or {@code -errno}
     */
    static int timeout(int fd, int option, long nanos) {
        try (CallMemory memory = CallMemory.take()) {
            Platform.CURRENT.fillTimeval(memory.timeval, Timeouts.micros(nanos));
            return Syscalls.setsockopt(
                    fd,
                    Platform.CURRENT.solSocket(),
                    option,
                    memory.timeval,
                    Platform.CURRENT.timevalBytes());
        }
    }

    /** fcntl(2), {@code F_SETFL} with {@code O_NONBLOCK} and no other flag, or without it. */
    static int blocking(int fd, boolean blocking) {
        return Syscalls.fcntl(
                fd, Platform.CURRENT.fSetfl(), blocking ? 0 : Platform.CURRENT.oNonblock());
    }

    static void check(String call, long result, Object subject) throws SyscallException {
        if (result < 0) {
            throw new SyscallException(call, result, subject);
        }
    }

    /** Throws; declared to return so that it can end an expression. */
    static long fail(String call, long result, Object subject) throws SyscallException {
        throw new SyscallException(call, result, subject);
    }
}
