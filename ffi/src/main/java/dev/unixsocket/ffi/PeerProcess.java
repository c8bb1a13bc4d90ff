package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.lang.ref.Reference;
import java.time.Duration;

/**
 * The process at the other end of a connection, held by a descriptor: pidfd_open(2), {@code
 * SO_PEERPIDFD} of unix(7) since Linux 6.5. A PID alone may be another process's by the time it is
 * looked at: the process that connected has ended, and the kernel has given its number away. As
 * long as {@link #isAlive} says yes <em>after</em> something was looked up by {@link #pid}, in
 * {@code /proc} or by {@link ProcessHandle#of}, that was about the process which connected.
 *
 * <p>Thread-safe.
 */
public final class PeerProcess implements Closeable {

    private final SocketState state = new SocketState(pidfd -> {});
    private final int pid;

    PeerProcess(int pidfd, int pid, Address connection) {
        this.pid = pid;
        state.open(pidfd, connection);
        Leaks.watch(this, state.descriptor());
    }

    SocketState state() {
        return state;
    }

    /**
     * Its process ID; 0 where it is not visible in this PID namespace.
     *
     * @return the PID
     */
    public int pid() {
        return pid;
    }

    /**
     * Whether it has not ended; one that has ended and that its parent has not waited for has.
     *
     * @return true while it runs
     * @throws SyscallException if poll(2) fails
     * @throws SocketClosedException if this object is closed
     */
    public boolean isAlive() throws IOException {
        int fd = state.descriptor().acquire("poll");
        int result;
        try {
            result = Readiness.of(fd, PollPoller.POLLIN, 0);
        } finally {
            state.descriptor().release("poll");
            Reference.reachabilityFence(this);
        }
        Sockets.check("poll", result, state.descriptor().address());
        return result == 0;
    }

    /**
     * Waits until it has ended. A virtual thread leaves its carrier meanwhile.
     *
     * @param limit rounded up to a millisecond; zero waits without limit
     * @return false when time ran out
     * @throws SyscallException if poll(2) fails
     * @throws SocketClosedException if this object is closed
     * @throws java.nio.channels.ClosedByInterruptException if the thread was interrupted while it
     *     was parked; this object is closed then
     * @throws IllegalArgumentException if the limit is negative
     */
    public boolean awaitEnd(Duration limit) throws IOException {
        long deadline = Timeouts.deadline(Timeouts.nanos(limit));
        int fd = state.descriptor().acquire("poll");
        int result;
        try {
            result = state.input().awaitReady(fd, deadline);
        } finally {
            state.descriptor().release("poll");
            Reference.reachabilityFence(this);
        }
        return state.result("poll", result) > 0;
    }

    /**
     * Whether {@link #close} has not been called.
     *
     * @return true until it is closed
     */
    public boolean isOpen() {
        return state.descriptor().isOpen();
    }

    /** Closes the descriptor; the process goes on. A second call does nothing. */
    @Override
    public void close() {
        state.close();
    }

    @Override
    public String toString() {
        return "PeerProcess[" + pid + "]";
    }
}
