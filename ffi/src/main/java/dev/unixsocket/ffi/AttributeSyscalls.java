package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls on extended attributes of a file itself. As in {@link Syscalls}, each returns
 * what the call returns, or {@code -errno}. Linked at their first use.
 *
 * <p>Thread-safe.
 */
final class AttributeSyscalls {

    private static final MethodHandle LIST = Platform.CURRENT.listxattr();
    private static final MethodHandle GET = Platform.CURRENT.getxattr();
    private static final MethodHandle SET = Platform.CURRENT.setxattr();

    private AttributeSyscalls() {}

    /** llistxattr(2): the names, each with a NUL after it, and how many bytes they take. */
    static long list(MemorySegment path, MemorySegment names) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            long result = (long) LIST.invokeExact(memory.callState, path, names, names.byteSize());
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** lgetxattr(2): the value, and how many bytes it takes. */
    static long get(MemorySegment path, MemorySegment name, MemorySegment value) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            long result =
                    (long) GET.invokeExact(memory.callState, path, name, value, value.byteSize());
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }

    /** lsetxattr(2), whether there is such an attribute already or not. */
    static int set(MemorySegment path, MemorySegment name, MemorySegment value) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result =
                    (int) SET.invokeExact(memory.callState, path, name, value, value.byteSize());
            return result < 0 ? -memory.errno() : result;
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }
}
