package dev.unixsocket.ffi;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls on files that surround a socket. As in {@link Syscalls}, each returns what the
 * call returns, or {@code -errno}. Linked at their first use, since a process that needs none of
 * them should not wait for them at its start.
 *
 * <p>Thread-safe.
 */
final class FileSyscalls {

    /** C passes what comes after the flags as a variable argument. */
    private static final MethodHandle OPEN =
            Syscalls.link("open", Linker.Option.firstVariadicArg(2));

    private static final MethodHandle FLOCK = Syscalls.link("flock");
    private static final MethodHandle PREAD = Syscalls.link("pread");
    private static final MethodHandle FTRUNCATE = Syscalls.link("ftruncate");
    private static final MethodHandle FSTAT = Syscalls.link("fstat");
    private static final MethodHandle LCHOWN = Syscalls.link("lchown");

    private FileSyscalls() {}

    /** open(2). */
    static int open(MemorySegment path, int flags, int mode) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) OPEN.invokeExact(memory.callState, path, flags, mode);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** flock(2). */
    static int flock(int fd, int operation) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) FLOCK.invokeExact(memory.callState, fd, operation);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** pread(2). */
    static long pread(int fd, MemorySegment buffer, long count, long offset) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            long result = (long) PREAD.invokeExact(memory.callState, fd, buffer, count, offset);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** ftruncate(2). */
    static int ftruncate(int fd, long length) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) FTRUNCATE.invokeExact(memory.callState, fd, length);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** fstat(2). */
    static int fstat(int fd, MemorySegment status) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) FSTAT.invokeExact(memory.callState, fd, status);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /**
     * lchown(2), which does not follow a symbolic link; -1 leaves the owner or the group as it is.
     */
    static int lchown(MemorySegment path, int uid, int gid) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) LCHOWN.invokeExact(memory.callState, path, uid, gid);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** fchmod(2). Linux only: on a socket, macOS refuses it. */
    static int fchmod(int fd, int mode) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) Fchmod.HANDLE.invokeExact(memory.callState, fd, mode);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    private static final class Fchmod {
        static final MethodHandle HANDLE = Syscalls.link("fchmod");
    }

    /** umask(2). macOS only: Linux has a better way. */
    static int umask(int mask) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) Umask.HANDLE.invokeExact(memory.callState, mask);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    private static final class Umask {
        static final MethodHandle HANDLE = Syscalls.link("umask");
    }
}
