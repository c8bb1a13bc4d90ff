package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** What listeners and connections share. */
final class Sockets {

    // The same on Linux and on macOS.
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_SEQPACKET = 5;

    private Sockets() {}

    /** socket(2) of the family that the address belongs to. */
    static int create(Address address) throws SyscallException {
        int domain = address instanceof Address.Loopback ? AF_INET : AF_UNIX;
        int fd = Syscalls.socket(domain, SOCK_STREAM, 0);
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

    /** Lets a TCP listener take a port on which old connections linger. */
    static int reuseAddress(int fd) {
        return Syscalls.setsockopt(
                fd, Platform.CURRENT.solSocket(), Platform.CURRENT.soReuseaddr(), 1);
    }

    /** Sets {@code SO_SNDTIMEO}, which limits connect(2) too; zero is no limit. */
    static int sendTimeout(int fd, Duration limit) {
        MemorySegment timeval = ThreadMemory.current().timeval;
        Platform.CURRENT.fillTimeval(timeval, limit);
        return Syscalls.setsockopt(
                fd,
                Platform.CURRENT.solSocket(),
                Platform.CURRENT.soSndtimeo(),
                timeval,
                Platform.CURRENT.timevalBytes());
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
