package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Waiting for one of several descriptors. As in {@link Syscalls}, each returns what the call
 * returns, or {@code -errno}. Linked at their first use.
 *
 * <p>Thread-safe.
 */
final class PollSyscalls {

    private static final MethodHandle PIPE = Syscalls.link("pipe");

    /** {@code nfds_t} has 64 bits on Linux and 32 on macOS; here it is an int on both. */
    private static final MethodHandle POLL =
            MethodHandles.explicitCastArguments(
                    Syscalls.link("poll"),
                    MethodType.methodType(
                            int.class,
                            MemorySegment.class,
                            MemorySegment.class,
                            int.class,
                            int.class));

    private PollSyscalls() {}

    /** pipe(2); {@code ends} is an {@code int[2]}. */
    static int pipe(MemorySegment ends) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) PIPE.invokeExact(memory.callState, ends);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** poll(2); {@code timeout} in milliseconds, -1 for none; waits. */
    static int poll(MemorySegment pollfds, int count, int timeout) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) POLL.invokeExact(memory.callState, pollfds, count, timeout);
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }
}
