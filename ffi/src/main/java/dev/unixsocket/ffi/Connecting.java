package dev.unixsocket.ffi;

import java.io.IOException;

/** connect(2), as the thread waits for it. Stateless, thread-safe. */
final class Connecting {

    private Connecting() {}

    /**
     * Makes a socket and connects it: socket(2), connect(2).
     *
     * @param socket one that is closed; it is open afterwards, or closed again
     * @param nanos how long to wait; {@link Timeouts#NONE} for no limit
     */
    static void connect(
            SocketState socket,
            SocketOptions options,
            Address to,
            int type,
            Calls calls,
            long nanos)
            throws IOException {
        boolean blocking = socket.output().blocks();
        int fd = Sockets.create(to, type, calls, blocking);
        try {
            socket.open(fd, to);
        } catch (Throwable t) {
            Syscalls.close(fd);
            throw t;
        }
        try {
            if (nanos != Timeouts.NONE) {
                options.sendTimeout(nanos);
            }
            socket.result("connect", connect(socket, to, nanos, blocking));
        } catch (Throwable t) {
            socket.close();
            throw t;
        }
    }

    private static int connect(SocketState socket, Address to, long nanos, boolean blocking)
            throws IOException {
        int fd = socket.descriptor().acquire("connect");
        try {
            return blocking ? blocking(socket, fd, to, nanos) : parking(socket, fd, to, nanos);
        } finally {
            socket.descriptor().release("connect");
        }
    }

    /**
     * The kernel waits, up to the send timeout, which is set. What a signal leaves of that is set
     * for the next try.
     *
     * @return 0 or {@code -errno}; {@code -EAGAIN} when time ran out
     */
    private static int blocking(SocketState socket, int fd, Address address, long nanos) {
        long deadline = Timeouts.deadline(nanos);
        boolean shortened = false;
        int result;
        while (Errno.EINTR.is(result = once(socket, fd, address))) {
            if (socket.hasEnded() || Timeouts.left(deadline) <= 0) {
                result = -Errno.EAGAIN.number();
                break;
            }
            if (nanos != Timeouts.NONE) {
                sendTimeout(fd, Timeouts.left(deadline));
                shortened = true;
            }
        }
        if (shortened) {
            sendTimeout(fd, nanos);
        }
        return result;
    }

    private static void sendTimeout(int fd, long nanos) {
        Sockets.timeout(fd, Platform.CURRENT.soSndtimeo(), Math.max(1, nanos));
    }

    /** Neither shutdown(2) nor close(2) ends it where it waits for room in a backlog. */
    private static int once(SocketState socket, int fd, Address address) {
        socket.blocked().enter();
        try (CallMemory memory = CallMemory.take()) {
            int length = memory.sockaddrLength(address);
            return socket.hasEnded()
                    ? -Errno.EINTR.number()
                    : Syscalls.connect(fd, memory.sockaddr, length);
        } finally {
            socket.blocked().leave();
        }
    }

    /**
     * The thread parks. The descriptor has {@code O_NONBLOCK} and loses it.
     *
     * @return as {@link #blocking}, and {@code -EINTR} when the thread was interrupted
     */
    private static int parking(SocketState socket, int fd, Address address, long nanos) {
        long deadline = Timeouts.deadline(nanos);
        int result;
        long pause = Direction.FIRST_PAUSE;
        while (Errno.EAGAIN.is(result = tryOnce(fd, address))) {
            int paused = socket.output().pause(pause, deadline);
            if (paused < 0) {
                return paused;
            }
            if (socket.hasEnded()) {
                return -Errno.EAGAIN.number();
            }
            pause = Math.min(2 * pause, Direction.LONGEST_PAUSE);
        }
        if (Errno.EINPROGRESS.is(result)) {
            int ready = socket.output().awaitReady(fd, deadline);
            result = ready == 0 ? -Errno.EAGAIN.number() : ready < 0 ? ready : outcome(fd);
        }
        return result < 0 ? result : Sockets.blocking(fd, true);
    }

    private static int tryOnce(int fd, Address address) {
        try (CallMemory memory = CallMemory.take()) {
            int length = memory.sockaddrLength(address);
            return Syscalls.connect(fd, memory.sockaddr, length);
        }
    }

    /** How a connection that was under way went: {@code SO_ERROR}, as 0 or {@code -errno}. */
    private static int outcome(int fd) {
        int error =
                Syscalls.getsockopt(fd, Platform.CURRENT.solSocket(), Platform.CURRENT.soError());
        return error > 0 ? -error : error;
    }
}
