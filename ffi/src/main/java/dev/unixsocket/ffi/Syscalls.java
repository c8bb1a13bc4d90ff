package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;

/**
 * The system calls, one method each, named and ordered as in section 2 of the manual.
 *
 * <p>Each returns what the call returns, or {@code -errno} where it failed: what the kernel itself
 * gives to libc. Nothing is thrown and nothing is allocated here. {@code EINTR} is not retried
 * here. Buffers must be native memory; paths are bytes that end in a NUL.
 *
 * <p>A call is linked at its first use: the class that holds its handle is initialized then, so a
 * program pays at its start for the calls that it makes. A call that can wait is linked as an
 * ordinary one, during which the garbage collector can run. A call that never waits ({@code
 * getsockopt}, {@code setsockopt}, {@code getuid}, {@code recv} and {@code send} with {@code
 * MSG_DONTWAIT}) is linked as {@linkplain Linker.Option#critical critical}, which saves the change
 * of thread state. A call that waits pins a virtual thread to its carrier.
 *
 * <p>Thread-safe: {@code errno} is captured in memory that no other thread uses meanwhile.
 */
public final class Syscalls {

    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final Linker.Option CRITICAL = Linker.Option.critical(false);

    // A slice of a buffer is made only where one is needed, in a branch of its own, beside the
    // call:
    // merged with the whole buffer into one variable, or handed through a method that the compiler
    // does not inline, it would be made on the heap.

    private Syscalls() {}

    /** socket(2). */
    public static int socket(int domain, int type, int protocol) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int) Socket.HANDLE.invokeExact(memory.callState, domain, type, protocol));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Socket {
        static final MethodHandle HANDLE = link("socket");
    }

    /** bind(2). */
    public static int bind(int fd, MemorySegment address, int length) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int) Bind.HANDLE.invokeExact(memory.callState, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Bind {
        static final MethodHandle HANDLE = link("bind");
    }

    /** listen(2). */
    public static int listen(int fd, int backlog) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Listen.HANDLE.invokeExact(memory.callState, fd, backlog));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Listen {
        static final MethodHandle HANDLE = link("listen");
    }

    /** accept(2) with no wish to know the peer's address; waits. */
    public static int accept(int fd) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int)
                            Accept.HANDLE.invokeExact(
                                    memory.callState, fd, MemorySegment.NULL, MemorySegment.NULL));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Accept {
        static final MethodHandle HANDLE = link("accept");
    }

    /** accept4(2), as {@link #accept}, with flags for the new descriptor; waits. Linux only. */
    static int accept4(int fd, int flags) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int)
                            Accept4.HANDLE.invokeExact(
                                    memory.callState,
                                    fd,
                                    MemorySegment.NULL,
                                    MemorySegment.NULL,
                                    flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Accept4 {
        static final MethodHandle HANDLE = link("accept4");
    }

    /** connect(2); waits. */
    public static int connect(int fd, MemorySegment address, int length) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int) Connect.HANDLE.invokeExact(memory.callState, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Connect {
        static final MethodHandle HANDLE = link("connect");
    }

    /** shutdown(2). */
    public static int shutdown(int fd, int how) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Shutdown.HANDLE.invokeExact(memory.callState, fd, how));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Shutdown {
        static final MethodHandle HANDLE = link("shutdown");
    }

    /** close(2). */
    public static int close(int fd) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Close.HANDLE.invokeExact(memory.callState, fd));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Close {
        static final MethodHandle HANDLE = link("close");
    }

    /** read(2); waits. */
    public static long read(int fd, MemorySegment buffer, long count) {
        return read(fd, buffer, 0, count);
    }

    static long read(int fd, MemorySegment buffer, long offset, long count) {
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment state = memory.callState;
            if (offset == 0) {
                return memory.result((long) Read.HANDLE.invokeExact(state, fd, buffer, count));
            }
            MemorySegment rest = buffer.asSlice(offset, count);
            return memory.result((long) Read.HANDLE.invokeExact(state, fd, rest, count));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Read {
        static final MethodHandle HANDLE = link("read");
    }

    /**
     * write(2); waits. A peer that is gone raises {@code SIGPIPE}, which Java ignores unless the
     * program says otherwise.
     */
    public static long write(int fd, MemorySegment buffer, long count) {
        return write(fd, buffer, 0, count);
    }

    static long write(int fd, MemorySegment buffer, long offset, long count) {
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment state = memory.callState;
            if (offset == 0) {
                return memory.result((long) Write.HANDLE.invokeExact(state, fd, buffer, count));
            }
            MemorySegment rest = buffer.asSlice(offset, count);
            return memory.result((long) Write.HANDLE.invokeExact(state, fd, rest, count));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Write {
        static final MethodHandle HANDLE = link("write");
    }

    /** recv(2) with {@code MSG_DONTWAIT}: {@code -EAGAIN} when nothing is there. */
    public static long recvDontwait(int fd, MemorySegment buffer, long count) {
        return recvDontwait(fd, buffer, 0, count);
    }

    static long recvDontwait(int fd, MemorySegment buffer, long offset, long count) {
        int flags = Platform.CURRENT.msgDontwait();
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment state = memory.callState;
            if (offset == 0) {
                return memory.result(
                        (long) RecvDontwait.HANDLE.invokeExact(state, fd, buffer, count, flags));
            }
            MemorySegment rest = buffer.asSlice(offset, count);
            return memory.result(
                    (long) RecvDontwait.HANDLE.invokeExact(state, fd, rest, count, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class RecvDontwait {
        static final MethodHandle HANDLE = link("recv", CRITICAL);
    }

    /** send(2) that raises no signal; waits. */
    static long send(int fd, MemorySegment buffer, long offset, long count) {
        int flags = Platform.CURRENT.msgNosignal();
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment state = memory.callState;
            if (offset == 0) {
                return memory.result(
                        (long) Send.HANDLE.invokeExact(state, fd, buffer, count, flags));
            }
            MemorySegment rest = buffer.asSlice(offset, count);
            return memory.result((long) Send.HANDLE.invokeExact(state, fd, rest, count, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Send {
        static final MethodHandle HANDLE = link("send");
    }

    /** send(2) that neither waits nor raises a signal: {@code -EAGAIN} when there is no room. */
    static long sendDontwait(int fd, MemorySegment buffer, long offset, long count) {
        int flags = Platform.CURRENT.msgDontwait() | Platform.CURRENT.msgNosignal();
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment state = memory.callState;
            if (offset == 0) {
                return memory.result(
                        (long) SendDontwait.HANDLE.invokeExact(state, fd, buffer, count, flags));
            }
            MemorySegment rest = buffer.asSlice(offset, count);
            return memory.result(
                    (long) SendDontwait.HANDLE.invokeExact(state, fd, rest, count, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class SendDontwait {
        static final MethodHandle HANDLE = link("send", CRITICAL);
    }

    /** getsockopt(2); {@code length} is a {@code socklen_t} that goes in and comes out. */
    public static int getsockopt(
            int fd, int level, int name, MemorySegment value, MemorySegment length) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int)
                            Getsockopt.HANDLE.invokeExact(
                                    memory.callState, fd, level, name, value, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Getsockopt {
        static final MethodHandle HANDLE = link("getsockopt", CRITICAL);
    }

    /** setsockopt(2). */
    public static int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int)
                            Setsockopt.HANDLE.invokeExact(
                                    memory.callState, fd, level, name, value, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Setsockopt {
        static final MethodHandle HANDLE = link("setsockopt", CRITICAL);
    }

    /** getsockname(2); {@code length} is a {@code socklen_t} that goes in and comes out. */
    public static int getsockname(int fd, MemorySegment address, MemorySegment length) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int) Getsockname.HANDLE.invokeExact(memory.callState, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Getsockname {
        static final MethodHandle HANDLE = link("getsockname");
    }

    /**
     * poll(2); {@code fds} is an array of {@code struct pollfd}, -1 milliseconds is no limit;
     * waits.
     */
    static int poll(MemorySegment fds, int count, int timeoutMillis) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int) Poll.HANDLE.invokeExact(memory.callState, fds, count, timeoutMillis));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Poll {
        static final MethodHandle HANDLE = withIntCount(link("poll"));
    }

    /** epoll_create1(2). Linux only, as are the two that follow. */
    static int epollCreate1(int flags) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) EpollCreate1.HANDLE.invokeExact(memory.callState, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class EpollCreate1 {
        static final MethodHandle HANDLE = link("epoll_create1");
    }

    /** epoll_ctl(2). */
    static int epollCtl(int epfd, int operation, int fd, MemorySegment event) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int)
                            EpollCtl.HANDLE.invokeExact(
                                    memory.callState, epfd, operation, fd, event));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class EpollCtl {
        static final MethodHandle HANDLE = link("epoll_ctl");
    }

    /** epoll_wait(2); waits. */
    static int epollWait(int epfd, MemorySegment events, int count, int timeoutMillis) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int)
                            EpollWait.HANDLE.invokeExact(
                                    memory.callState, epfd, events, count, timeoutMillis));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class EpollWait {
        static final MethodHandle HANDLE = link("epoll_wait");
    }

    /** pipe(2); {@code fds} is two ints: the end to read from and the end to write to. */
    static int pipe(MemorySegment fds) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Pipe.HANDLE.invokeExact(memory.callState, fds));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Pipe {
        static final MethodHandle HANDLE = link("pipe");
    }

    /** pipe2(2), as {@link #pipe}, with flags for both ends. Linux only. */
    static int pipe2(MemorySegment fds, int flags) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Pipe2.HANDLE.invokeExact(memory.callState, fds, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Pipe2 {
        static final MethodHandle HANDLE = link("pipe2");
    }

    /** fcntl(2) with a command that takes an int. */
    static int fcntl(int fd, int command, int argument) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int) Fcntl.HANDLE.invokeExact(memory.callState, fd, command, argument));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Fcntl {
        static final MethodHandle HANDLE = link("fcntl", Linker.Option.firstVariadicArg(2));
    }

    /** dup2(2). macOS only: Linux has no need of it here. */
    static int dup2(int from, int to) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Dup2.HANDLE.invokeExact(memory.callState, from, to));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Dup2 {
        static final MethodHandle HANDLE = link("dup2");
    }

    /** stat(2): follows symbolic links. */
    public static int stat(MemorySegment path, MemorySegment status) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Stat.HANDLE.invokeExact(memory.callState, path, status));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Stat {
        static final MethodHandle HANDLE = link("stat");
    }

    /** lstat(2): does not follow a symbolic link. */
    public static int lstat(MemorySegment path, MemorySegment status) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Lstat.HANDLE.invokeExact(memory.callState, path, status));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Lstat {
        static final MethodHandle HANDLE = link("lstat");
    }

    /** fstat(2). */
    static int fstat(int fd, MemorySegment status) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Fstat.HANDLE.invokeExact(memory.callState, fd, status));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Fstat {
        static final MethodHandle HANDLE = link("fstat");
    }

    /** mkdir(2). */
    public static int mkdir(MemorySegment path, int mode) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Mkdir.HANDLE.invokeExact(memory.callState, path, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Mkdir {
        static final MethodHandle HANDLE = link("mkdir");
    }

    /** chmod(2). */
    public static int chmod(MemorySegment path, int mode) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Chmod.HANDLE.invokeExact(memory.callState, path, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Chmod {
        static final MethodHandle HANDLE = link("chmod");
    }

    /** fchmod(2). Linux only: macOS refuses it on a socket. */
    static int fchmod(int fd, int mode) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Fchmod.HANDLE.invokeExact(memory.callState, fd, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Fchmod {
        static final MethodHandle HANDLE = link("fchmod");
    }

    /** umask(2). macOS only: Linux has a better way. */
    static int umask(int mask) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Umask.HANDLE.invokeExact(memory.callState, mask));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Umask {
        static final MethodHandle HANDLE = link("umask");
    }

    /**
     * lchown(2), which does not follow a symbolic link; -1 leaves the owner or the group as it is.
     */
    static int lchown(MemorySegment path, int uid, int gid) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Lchown.HANDLE.invokeExact(memory.callState, path, uid, gid));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Lchown {
        static final MethodHandle HANDLE = link("lchown");
    }

    /** unlink(2). */
    public static int unlink(MemorySegment path) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Unlink.HANDLE.invokeExact(memory.callState, path));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Unlink {
        static final MethodHandle HANDLE = link("unlink");
    }

    /** open(2). */
    static int open(MemorySegment path, int flags, int mode) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int) Open.HANDLE.invokeExact(memory.callState, path, flags, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Open {
        static final MethodHandle HANDLE = link("open", Linker.Option.firstVariadicArg(2));
    }

    /** flock(2); waits. */
    static int flock(int fd, int operation) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Flock.HANDLE.invokeExact(memory.callState, fd, operation));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Flock {
        static final MethodHandle HANDLE = link("flock");
    }

    /** pread(2). */
    static long pread(int fd, MemorySegment buffer, long count, long offset) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (long) Pread.HANDLE.invokeExact(memory.callState, fd, buffer, count, offset));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Pread {
        static final MethodHandle HANDLE = link("pread");
    }

    /** ftruncate(2). */
    static int ftruncate(int fd, long length) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) Ftruncate.HANDLE.invokeExact(memory.callState, fd, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Ftruncate {
        static final MethodHandle HANDLE = link("ftruncate");
    }

    /** llistxattr(2): the names, each with a NUL after it, and how many bytes they take. */
    static long listxattr(MemorySegment path, MemorySegment names) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (long)
                            Listxattr.HANDLE.invokeExact(
                                    memory.callState, path, names, names.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Listxattr {
        static final MethodHandle HANDLE = Platform.CURRENT.listxattr();
    }

    /** lgetxattr(2): the value, and how many bytes it takes. */
    static long getxattr(MemorySegment path, MemorySegment name, MemorySegment value) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (long)
                            Getxattr.HANDLE.invokeExact(
                                    memory.callState, path, name, value, value.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Getxattr {
        static final MethodHandle HANDLE = Platform.CURRENT.getxattr();
    }

    /** lsetxattr(2), whether there is such an attribute already or not. */
    static int setxattr(MemorySegment path, MemorySegment name, MemorySegment value) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int)
                            Setxattr.HANDLE.invokeExact(
                                    memory.callState, path, name, value, value.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Setxattr {
        static final MethodHandle HANDLE = Platform.CURRENT.setxattr();
    }

    /** getuid(2): the real user ID of this process; cannot fail. */
    public static int getuid() {
        try {
            return (int) Getuid.HANDLE.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Getuid {
        static final MethodHandle HANDLE = withIntModes(downcall("getuid", CRITICAL));
    }

    /** isatty(3): 1 if {@code fd} is a terminal, {@code -errno} if it is not. */
    public static int isatty(int fd) {
        try (CallMemory memory = CallMemory.take()) {
            int result = (int) Isatty.HANDLE.invokeExact(memory.callState, fd);
            return result == 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Isatty {
        static final MethodHandle HANDLE = link("isatty");
    }

    /** getpwnam(3): a {@code struct passwd} that the next call overwrites, or NULL. */
    static MemorySegment getpwnam(MemorySegment name) {
        try (CallMemory memory = CallMemory.take()) {
            return (MemorySegment) Getpwnam.HANDLE.invokeExact(memory.callState, name);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Getpwnam {
        static final MethodHandle HANDLE = link("getpwnam");
    }

    /** getgrnam(3): a {@code struct group} that the next call overwrites, or NULL. */
    static MemorySegment getgrnam(MemorySegment name) {
        try (CallMemory memory = CallMemory.take()) {
            return (MemorySegment) Getgrnam.HANDLE.invokeExact(memory.callState, name);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Getgrnam {
        static final MethodHandle HANDLE = link("getgrnam");
    }

    /** pthread_self(3): the calling thread. */
    static long pthreadSelf() {
        try {
            return (long) PthreadSelf.HANDLE.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class PthreadSelf {
        static final MethodHandle HANDLE = downcall("pthread_self", CRITICAL);
    }

    /** pthread_kill(3): 0, or an error number; {@code thread} must be alive. */
    static int pthreadKill(long thread, int signal) {
        try {
            return (int) PthreadKill.HANDLE.invokeExact(thread, signal);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class PthreadKill {
        static final MethodHandle HANDLE = downcall("pthread_kill");
    }

    /** sigaction(2); either may be NULL. */
    static int sigaction(int signal, MemorySegment action, MemorySegment before) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(
                    (int) Sigaction.HANDLE.invokeExact(memory.callState, signal, action, before));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Sigaction {
        static final MethodHandle HANDLE = link("sigaction");
    }

    /** setsockopt(2) with an int. */
    static int setsockopt(int fd, int level, int name, int value) {
        try (CallMemory memory = CallMemory.take()) {
            memory.option.set(JAVA_INT, 0, value);
            return setsockopt(fd, level, name, memory.option, Integer.BYTES);
        }
    }

    /** getsockopt(2) of an int: {@code -errno}, or the value, which must not be negative. */
    static int getsockopt(int fd, int level, int name) {
        try (CallMemory memory = CallMemory.take()) {
            memory.length.set(JAVA_INT, 0, Integer.BYTES);
            int result = getsockopt(fd, level, name, memory.option, memory.length);
            return result < 0 ? result : memory.option.get(JAVA_INT, 0);
        }
    }

    /**
     * Links what a listener calls, before it is bound: whoever sees it connects at once, and when
     * no descriptor is left there may be none to load a class with.
     */
    static void linkForListening(Calls calls) {
        Objects.requireNonNull(Listen.HANDLE);
        Objects.requireNonNull(
                calls == Calls.SAFE && Platform.CURRENT.hasAccept4()
                        ? Accept4.HANDLE
                        : Accept.HANDLE);
        Objects.requireNonNull(Close.HANDLE);
    }

    /** Links a call that sets {@code errno}. */
    static MethodHandle link(String name, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = CAPTURE_ERRNO;
        System.arraycopy(options, 0, all, 1, options.length);
        return withIntModes(downcall(name, all));
    }

    private static MethodHandle downcall(String name, Linker.Option... options) {
        return Platform.CURRENT.function(name).link(options);
    }

    /** {@code mode_t} has 16 bits on macOS and 32 on Linux; here it is an int on both. */
    private static MethodHandle withIntModes(MethodHandle handle) {
        MethodType type = handle.type();
        for (int i = -1; i < type.parameterCount(); i++) {
            Class<?> part = i < 0 ? type.returnType() : type.parameterType(i);
            if (part == short.class) {
                type =
                        i < 0
                                ? type.changeReturnType(int.class)
                                : type.changeParameterType(i, int.class);
            }
        }
        return MethodHandles.explicitCastArguments(handle, type);
    }

    /** {@code nfds_t} has 64 bits on Linux and 32 on macOS; here it is an int on both. */
    private static MethodHandle withIntCount(MethodHandle poll) {
        return MethodHandles.explicitCastArguments(
                poll, poll.type().changeParameterType(2, int.class));
    }

    /** The handles declare {@code Throwable}; what comes is a mistake of the caller's. */
    static RuntimeException unexpected(Throwable t) {
        switch (t) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(t);
        }
    }
}
