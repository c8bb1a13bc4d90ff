package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Supplier;

/** What listeners and connections share. */
final class Sockets {

    // The same on Linux and on macOS.
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_SEQPACKET = 5;
    static final int MSG_PEEK = 2;
    static final int SHUT_RD = 0;
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;

    private Sockets() {}

    /** socket(2) of the family that the address belongs to. */
    static int create(Address address, int type, Calls calls, boolean blocking)
            throws SyscallException {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(calls, "calls");
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

    /** Gives a socket that is closed its descriptor. */
    interface Opening<S> {
        void open(S socket, int fd, Address address);
    }

    /** socketpair(2). */
    static <S extends HasDescriptor> SocketPair<S> pair(
            int type, Supplier<S> closed, Opening<S> opening) throws SyscallException {
        SocketPair<S> pair = new SocketPair<>(closed.get(), closed.get());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(JAVA_INT, 2);
            check("socketpair", Platform.CURRENT.socketpair(type, fds), Address.unnamed());
            int first = fds.getAtIndex(JAVA_INT, 0);
            int second = fds.getAtIndex(JAVA_INT, 1);
            prepare(first, Address.unnamed());
            prepare(second, Address.unnamed());
            opening.open(pair.first(), first, Address.unnamed());
            opening.open(pair.second(), second, Address.unnamed());
            return pair;
        }
    }

    /** Refuses an address that is not of AF_UNIX. */
    static void requireUnix(Address address) {
        Objects.requireNonNull(address, "address");
        if (address instanceof Address.Loopback) {
            throw new IllegalArgumentException(
                    "a socket of this type has a path or an abstract name, not " + address);
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
