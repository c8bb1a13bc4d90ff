package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.ref.Reference;
import java.time.Duration;

/**
 * The calls about a socket itself, which are the same for each type of socket: options, timeouts,
 * half-close. The public methods of the sockets say what each does.
 *
 * <p>Thread-safe.
 */
final class SocketOptions {

    /** Whose garbage would be closed, also under a call. */
    private final Object owner;

    private final SocketState state;
    private final Descriptor descriptor;

    SocketOptions(Object owner, SocketState state) {
        this.owner = owner;
        this.state = state;
        descriptor = state.descriptor();
    }

    /** Sets {@code SO_RCVTIMEO}. */
    void receiveTimeout(Duration timeout) throws IOException {
        long nanos = Timeouts.nanos(timeout);
        timeout(Platform.CURRENT.soRcvtimeo(), nanos);
        state.input().timeoutNanos(nanos);
    }

    /** Sets {@code SO_SNDTIMEO}. */
    void sendTimeout(long nanos) throws IOException {
        timeout(Platform.CURRENT.soSndtimeo(), nanos);
        state.output().timeoutNanos(nanos);
    }

    private void timeout(int option, long nanos) throws IOException {
        int fd = descriptor.acquire("setsockopt");
        int result;
        try {
            result = Sockets.timeout(fd, option, nanos);
        } finally {
            descriptor.release("setsockopt");
            Reference.reachabilityFence(owner);
        }
        Sockets.check("setsockopt", result, descriptor.address());
    }

    /** Ends one direction: shutdown(2) with {@code SHUT_RD} or {@code SHUT_WR}. */
    void shutdown(int how) throws IOException {
        int fd = descriptor.acquire("shutdown");
        int result;
        try {
            result = Syscalls.shutdown(fd, how);
            if (how == Sockets.SHUT_RD) {
                state.input().signal();
            }
        } finally {
            descriptor.release("shutdown");
            Reference.reachabilityFence(owner);
        }
        Sockets.check("shutdown", result, descriptor.address());
    }

    /** Ends both directions, as far as there is still something to end. */
    void shutdown() {
        int fd = descriptor.acquire();
        if (fd >= 0) {
            try {
                state.end(fd);
            } finally {
                descriptor.release();
                Reference.reachabilityFence(owner);
            }
        }
    }

    /** ioctl(2), {@code FIONREAD}. */
    int available() throws IOException {
        int fd = descriptor.acquire("ioctl");
        int result;
        try {
            result = Syscalls.available(fd);
        } finally {
            descriptor.release("ioctl");
            Reference.reachabilityFence(owner);
        }
        Sockets.check("ioctl", result, descriptor.address());
        return result;
    }

    /** Sets {@code SO_PASSCRED}. */
    void passCredentials() throws IOException {
        if (!Platform.CURRENT.hasMessageCredentials()) {
            throw new UnsupportedOperationException(
                    "this system tells no credentials with a message: ask for peerCredentials()");
        }
        if (descriptor.address() instanceof Address.Loopback) {
            throw new UnsupportedOperationException(
                    "credentials come over AF_UNIX only, not over " + descriptor.address());
        }
        set(Platform.CURRENT.soPasscred(), 1);
    }

    int receiveBuffer() throws IOException {
        return get(Platform.CURRENT.soRcvbuf());
    }

    void receiveBuffer(int bytes) throws IOException {
        set(Platform.CURRENT.soRcvbuf(), requirePositive(bytes));
    }

    int sendBuffer() throws IOException {
        return get(Platform.CURRENT.soSndbuf());
    }

    void sendBuffer(int bytes) throws IOException {
        set(Platform.CURRENT.soSndbuf(), requirePositive(bytes));
    }

    private static int requirePositive(int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a buffer must have at least 1 byte, not " + bytes);
        }
        return bytes;
    }

    private int get(int name) throws IOException {
        int fd = descriptor.acquire("getsockopt");
        int result;
        try {
            result = Syscalls.getsockopt(fd, Platform.CURRENT.solSocket(), name);
        } finally {
            descriptor.release("getsockopt");
            Reference.reachabilityFence(owner);
        }
        Sockets.check("getsockopt", result, descriptor.address());
        return result;
    }

    private void set(int name, int value) throws IOException {
        int fd = descriptor.acquire("setsockopt");
        int result;
        try {
            result = Syscalls.setsockopt(fd, Platform.CURRENT.solSocket(), name, value);
        } finally {
            descriptor.release("setsockopt");
            Reference.reachabilityFence(owner);
        }
        Sockets.check("setsockopt", result, descriptor.address());
    }
}
