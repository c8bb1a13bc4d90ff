package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.function.ToIntBiFunction;

/**
 * What every listener is inside, whatever type its connections have. The public methods of the
 * listeners say what each does.
 *
 * <p>Thread-safe.
 */
final class Acceptor {

    /** What {@link #acceptNow} returns instead of waiting. */
    static final int NONE = -1;

    /** Whose garbage would be closed, also under a call. */
    private final Object owner;

    private final SocketState state;
    private final Descriptor descriptor;
    private final Calls calls;
    private final Attempt accept;

    /** Whether another process has it too. */
    private final boolean shared;

    /** Whether {@code O_NONBLOCK} is set. */
    private volatile boolean nonBlocking;

    Acceptor(Object owner, int fd, Address address, Calls calls, boolean shared) {
        this.owner = owner;
        this.calls = calls;
        this.shared = shared;
        accept = calls == Calls.SAFE ? Attempt.ACCEPT : Attempt.PLAIN_ACCEPT;
        // Shutting down a listener that another process has too would end it for both.
        state = new SocketState(shared ? own -> {} : own -> Platform.CURRENT.wakeAccept(own));
        state.open(fd, address);
        descriptor = state.descriptor();
        Leaks.watch(owner, descriptor);
    }

    SocketState state() {
        return state;
    }

    Calls calls() {
        return calls;
    }

    Address address() {
        return descriptor.address();
    }

    boolean isOpen() {
        return descriptor.isOpen();
    }

    /**
     * Gives it its address, or closes it.
     *
     * @param call bind(2), or what does more than that
     */
    void bind(ToIntBiFunction<Integer, Sockaddr> call) throws IOException {
        int fd = descriptor.acquire("bind");
        try (Arena arena = Arena.ofConfined()) {
            if (address() instanceof Address.Loopback) {
                Sockets.check("setsockopt", Sockets.reuseAddress(fd), address());
            }
            Sockaddr sockaddr = Sockaddr.of(address(), arena);
            Sockets.check("bind", call.applyAsInt(fd, sockaddr), address());
            descriptor.bound(Sockaddr.bound(fd, address()));
        } catch (Throwable t) {
            descriptor.release();
            Syscalls.close(descriptor.detach());
            throw t;
        }
        descriptor.release();
    }

    void acceptTimeout(Duration timeout) {
        state.input().timeoutNanos(Timeouts.nanos(timeout));
    }

    void listen(int backlog) throws IOException {
        if (backlog < 0) { // the kernel would take it for the largest number
            throw new IllegalArgumentException("a backlog is not negative: " + backlog);
        }
        int fd = descriptor.acquire("listen");
        int result;
        try {
            result = Syscalls.listen(fd, backlog);
        } finally {
            descriptor.release("listen");
            Reference.reachabilityFence(owner);
        }
        Sockets.check("listen", result, address());
    }

    /** Waits for a connection: its descriptor, which is the caller's. */
    int accept() throws IOException {
        int fd = descriptor.acquire("accept");
        int result = -1;
        boolean open;
        try {
            if (state.input().deadline() != Timeouts.NONE || !state.input().blocksAtOnce()) {
                setNonBlocking(fd);
            }
            result = accept(fd);
        } finally {
            open = descriptor.release();
            Reference.reachabilityFence(owner);
        }
        if (Errno.EINTR.is(result) && open && !state.isStopped()) {
            state.close();
            throw new ClosedByInterruptException();
        }
        return accepted(result, open);
    }

    /** One that another process has too is left to it from the moment this one was stopped. */
    private int accept(int fd) {
        Direction input = state.input();
        if (!shared || !input.blocksAtOnce()) {
            return shared && state.hasEnded() ? -Errno.EINTR.number() : call(fd);
        }
        state.blocked().enter();
        try {
            return state.hasEnded() ? -Errno.EINTR.number() : call(fd);
        } finally {
            state.blocked().leave();
        }
    }

    private int call(int fd) {
        Direction input = state.input();
        return (int) input.call(input.deadline(), accept, fd, MemorySegment.NULL, 0, 0);
    }

    /** Takes a connection if one is there: its descriptor, or {@link #NONE}. */
    int acceptNow() throws IOException {
        int fd = descriptor.acquire("accept");
        int result = -1;
        boolean open;
        try {
            setNonBlocking(fd);
            result = (int) accept.nowDespiteSignals(fd, MemorySegment.NULL, 0, 0);
        } finally {
            open = descriptor.release();
            Reference.reachabilityFence(owner);
        }
        boolean none = Errno.EAGAIN.is(result) || Errno.ECONNABORTED.is(result);
        return open && none ? NONE : accepted(result, open);
    }

    /** A connection that came, ready for use, or the exception for what came instead. */
    private int accepted(int result, boolean open) throws IOException {
        if (!open && result >= 0) {
            Syscalls.close(result);
        }
        if (!open || (result < 0 && state.isStopped())) {
            throw new SocketClosedException("accept", address());
        }
        Sockets.check("accept", result, address());
        Sockets.prepare(result, address());
        return result;
    }

    /** Sets {@code O_NONBLOCK}. */
    void nonBlocking() throws IOException {
        int fd = descriptor.acquire("fcntl");
        try {
            setNonBlocking(fd);
        } finally {
            descriptor.release();
            Reference.reachabilityFence(owner);
        }
    }

    private void setNonBlocking(int fd) throws SyscallException {
        if (!nonBlocking) {
            Sockets.check("fcntl", Sockets.blocking(fd, false), address());
            state.input().neverBlocks(true);
            nonBlocking = true;
        }
    }

    int detach() {
        return descriptor.detach();
    }
}
