package dev.unixsocket.ffi;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of a program that waits for many sockets at once. As in {@link Syscalls}, each
 * returns what the call returns, or {@code -errno}. Linked at their first use, since a process that
 * needs none of them should not wait for them at its start.
 *
 * <p>Thread-safe.
 */
final class ReadinessSyscalls {

    private ReadinessSyscalls() {}

    /** send(2) that neither waits nor raises a signal: {@code -EAGAIN} when there is no room. */
    static long sendDontwait(int fd, MemorySegment buffer, long count) {
        ThreadMemory memory = ThreadMemory.current();
        int flags = Platform.CURRENT.sendFlags();
        try {
            long result =
                    (long) Send.HANDLE.invokeExact(memory.callState, fd, buffer, count, flags);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    private static final class Send {
        static final MethodHandle HANDLE = Syscalls.link("send", Linker.Option.critical(false));
    }

    /** fcntl(2), {@code F_SETFL} with {@code O_NONBLOCK} and no other flag. */
    static int nonBlocking(int fd) {
        ThreadMemory memory = ThreadMemory.current();
        int command = Platform.CURRENT.fSetfl();
        int flags = Platform.CURRENT.oNonblock();
        try {
            int result = (int) Fcntl.HANDLE.invokeExact(memory.callState, fd, command, flags);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    private static final class Fcntl {
        /** C passes what comes after the command as a variable argument. */
        static final MethodHandle HANDLE =
                Syscalls.link("fcntl", Linker.Option.firstVariadicArg(2));
    }

    /** pipe(2); {@code fds} is two ints: the end to read from and the end to write to. */
    static int pipe(MemorySegment fds) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) Pipe.HANDLE.invokeExact(memory.callState, fds);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    private static final class Pipe {
        static final MethodHandle HANDLE = Syscalls.link("pipe");
    }

    /** poll(2); {@code fds} is an array of {@code struct pollfd}; waits. */
    static int poll(MemorySegment fds, int count, int timeoutMillis) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) Poll.HANDLE.invoke(memory.callState, fds, count, timeoutMillis);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    private static final class Poll {
        /** {@code nfds_t} has 64 bits on Linux and 32 on macOS: here it is an int on both. */
        static final MethodHandle HANDLE = Syscalls.link("poll");
    }

    /** epoll_create1(2). Linux only, as are the two that follow. */
    static int epollCreate1(int flags) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) Epoll.CREATE1.invokeExact(memory.callState, flags);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** epoll_ctl(2). */
    static int epollCtl(int epfd, int operation, int fd, MemorySegment event) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) Epoll.CTL.invokeExact(memory.callState, epfd, operation, fd, event);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** epoll_wait(2); waits. */
    static int epollWait(int epfd, MemorySegment events, int count, int timeoutMillis) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result =
                    (int)
                            Epoll.WAIT.invokeExact(
                                    memory.callState, epfd, events, count, timeoutMillis);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    private static final class Epoll {
        static final MethodHandle CREATE1 = Syscalls.link("epoll_create1");
        static final MethodHandle CTL = Syscalls.link("epoll_ctl");
        static final MethodHandle WAIT = Syscalls.link("epoll_wait");
    }
}
