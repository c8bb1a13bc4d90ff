package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The system calls, one method each, named and ordered as in section 2 of the manual.
 *
 * <p>Each returns what the call returns, or {@code -errno} where it failed: what the kernel itself
 * gives to libc. Nothing is thrown and nothing is allocated here. {@code EINTR} is not retried
 * here. Buffers must be native memory; paths are bytes that end in a NUL.
 *
 * <p>A call that can wait is linked as an ordinary one, during which the garbage collector can run.
 * A call that never waits ({@code getsockopt}, {@code setsockopt}, {@code getuid}, {@code recv}
 * with {@code MSG_DONTWAIT}) is linked as {@linkplain Linker.Option#critical critical}, which saves
 * the change of thread state.
 *
 * <p>Thread-safe: {@code errno} is captured in memory of the calling thread.
 */
public final class Syscalls {

    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final Linker.Option CRITICAL = Linker.Option.critical(false);

    private static final MethodHandle SOCKET = link("socket");
    private static final MethodHandle BIND = link("bind");
    private static final MethodHandle LISTEN = link("listen");
    private static final MethodHandle ACCEPT = link("accept");
    private static final MethodHandle CONNECT = link("connect");
    private static final MethodHandle SHUTDOWN = link("shutdown");
    private static final MethodHandle CLOSE = link("close");
    private static final MethodHandle READ = link("read");
    private static final MethodHandle WRITE = link("write");
    private static final MethodHandle RECV_DONTWAIT = link("recv", CRITICAL);
    private static final MethodHandle GETSOCKOPT = link("getsockopt", CRITICAL);
    private static final MethodHandle SETSOCKOPT = link("setsockopt", CRITICAL);
    private static final MethodHandle GETSOCKNAME = link("getsockname");
    private static final MethodHandle STAT = link("stat");
    private static final MethodHandle LSTAT = link("lstat");
    private static final MethodHandle MKDIR = link("mkdir");
    private static final MethodHandle CHMOD = link("chmod");
    private static final MethodHandle UNLINK = link("unlink");
    private static final MethodHandle GETUID = linkInfallible("getuid", CRITICAL);

    private Syscalls() {}

    /** socket(2). */
    public static int socket(int domain, int type, int protocol) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) SOCKET.invokeExact(memory.callState, domain, type, protocol);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** bind(2). */
    public static int bind(int fd, MemorySegment address, int length) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) BIND.invokeExact(memory.callState, fd, address, length);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** listen(2). */
    public static int listen(int fd, int backlog) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) LISTEN.invokeExact(memory.callState, fd, backlog);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** accept(2) with no wish to know the peer's address; waits. */
    public static int accept(int fd) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result =
                    (int)
                            ACCEPT.invokeExact(
                                    memory.callState, fd, MemorySegment.NULL, MemorySegment.NULL);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** connect(2); waits. */
    public static int connect(int fd, MemorySegment address, int length) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) CONNECT.invokeExact(memory.callState, fd, address, length);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** shutdown(2). */
    public static int shutdown(int fd, int how) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) SHUTDOWN.invokeExact(memory.callState, fd, how);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** close(2). */
    public static int close(int fd) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) CLOSE.invokeExact(memory.callState, fd);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** read(2); waits. */
    public static long read(int fd, MemorySegment buffer, long count) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            long result = (long) READ.invokeExact(memory.callState, fd, buffer, count);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** write(2); waits. */
    public static long write(int fd, MemorySegment buffer, long count) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            long result = (long) WRITE.invokeExact(memory.callState, fd, buffer, count);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** recv(2) with {@code MSG_DONTWAIT}: {@code -EAGAIN} when nothing is there. */
    public static long recvDontwait(int fd, MemorySegment buffer, long count) {
        ThreadMemory memory = ThreadMemory.current();
        int flags = Platform.CURRENT.msgDontwait();
        try {
            long result =
                    (long) RECV_DONTWAIT.invokeExact(memory.callState, fd, buffer, count, flags);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** getsockopt(2); {@code length} is a {@code socklen_t} that goes in and comes out. */
    public static int getsockopt(
            int fd, int level, int name, MemorySegment value, MemorySegment length) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result =
                    (int) GETSOCKOPT.invokeExact(memory.callState, fd, level, name, value, length);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** setsockopt(2). */
    public static int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result =
                    (int) SETSOCKOPT.invokeExact(memory.callState, fd, level, name, value, length);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** getsockname(2); {@code length} is a {@code socklen_t} that goes in and comes out. */
    public static int getsockname(int fd, MemorySegment address, MemorySegment length) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) GETSOCKNAME.invokeExact(memory.callState, fd, address, length);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** stat(2): follows symbolic links. */
    public static int stat(MemorySegment path, MemorySegment status) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) STAT.invokeExact(memory.callState, path, status);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** lstat(2): does not follow a symbolic link. */
    public static int lstat(MemorySegment path, MemorySegment status) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) LSTAT.invokeExact(memory.callState, path, status);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** mkdir(2). */
    public static int mkdir(MemorySegment path, int mode) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) MKDIR.invokeExact(memory.callState, path, mode);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** chmod(2). */
    public static int chmod(MemorySegment path, int mode) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) CHMOD.invokeExact(memory.callState, path, mode);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** unlink(2). */
    public static int unlink(MemorySegment path) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) UNLINK.invokeExact(memory.callState, path);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** getuid(2): the real user ID of this process; cannot fail. */
    public static int getuid() {
        try {
            return (int) GETUID.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * dup2(2). Linked at its first use, which is on macOS only: Linux has nothing to do with it.
     */
    static int dup2(int from, int to) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) Dup2.HANDLE.invokeExact(memory.callState, from, to);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Dup2 {
        static final MethodHandle HANDLE = link("dup2");
    }

    /**
     * isatty(3): 1 if {@code fd} is a terminal, {@code -errno} if it is not. Linked at its first
     * use.
     */
    public static int isatty(int fd) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) Isatty.HANDLE.invokeExact(memory.callState, fd);
            return result == 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final class Isatty {
        static final MethodHandle HANDLE = link("isatty");
    }

    /** setsockopt(2) with an int. */
    static int setsockopt(int fd, int level, int name, int value) {
        MemorySegment option = ThreadMemory.current().option;
        option.set(JAVA_INT, 0, value);
        return setsockopt(fd, level, name, option, Integer.BYTES);
    }

    /** Links a call that waits, or whose length is not known. */
    static MethodHandle link(String name) {
        return withIntModes(handle(name, CAPTURE_ERRNO));
    }

    /** Links a call with one more option, such as that it is critical. */
    static MethodHandle link(String name, Linker.Option option) {
        return withIntModes(handle(name, CAPTURE_ERRNO, option));
    }

    private static MethodHandle linkInfallible(String name, Linker.Option option) {
        return handle(name, option);
    }

    private static MethodHandle handle(String name, Linker.Option... options) {
        return Platform.CURRENT.function(name).link(options);
    }

    /** {@code mode_t} has 16 bits on macOS and 32 on Linux; here it is an int on both. */
    private static MethodHandle withIntModes(MethodHandle handle) {
        MethodType type = handle.type();
        if (type.returnType() == short.class) {
            type = type.changeReturnType(int.class);
        }
        for (int i = 0; i < type.parameterCount(); i++) {
            if (type.parameterType(i) == short.class) {
                type = type.changeParameterType(i, int.class);
            }
        }
        return MethodHandles.explicitCastArguments(handle, type);
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
