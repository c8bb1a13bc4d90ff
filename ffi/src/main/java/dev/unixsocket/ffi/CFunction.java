package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.Objects;

/**
 * A function of the C library, looked up at its first call.
 *
 * <p>All are called with the same types: six whole numbers, and memory to keep. The linker makes
 * classes for each combination of types, which takes about 7 ms of a program's start; one more
 * function of the same types takes next to nothing. It is what C does too: an integer or a pointer
 * fills one register of 64 bits, at least six of them are passed in registers (System V ABI for
 * x86-64, AAPCS64), and a function reads as many of them, and as many bits of each, as it declares.
 * {@code CFunctionTest} compares the declarations of all functions with this.
 *
 * <p>The memory to keep comes after the six, where no function looks. It is for the linker, which
 * sees to it that the memory is native, may be used by this thread, and is not freed during the
 * call.
 *
 * <p>Thread-safe: {@code errno} is captured in memory that no other thread uses meanwhile.
 */
final class CFunction {

    static final FunctionDescriptor TYPES =
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    ADDRESS);

    /** As {@link #TYPES}, with more memory to keep: {@link IoVector#MOST} segments of a message. */
    static final FunctionDescriptor KEEPING =
            TYPES.appendArgumentLayouts(
                    Collections.nCopies(IoVector.MOST, ADDRESS).toArray(MemoryLayout[]::new));

    /** For a call that can wait: the garbage collector can run meanwhile. */
    private static final class Waiting {
        static final MethodHandle HANDLE = link();
    }

    /** For a call that never waits; it saves the change of the thread's state. */
    private static final class Immediate {
        static final MethodHandle HANDLE = link(Linker.Option.critical(false));
    }

    /** For calls whose argument points to more memory: all of it is kept. */
    private static final class Keeping {
        static final MethodHandle WAITING = link(KEEPING);
        static final MethodHandle IMMEDIATE = link(KEEPING, Linker.Option.critical(false));
    }

    /** For variable arguments after the second, which Apple silicon passes on the stack. */
    private static final class Variadic {
        static final MethodHandle HANDLE = link(Linker.Option.firstVariadicArg(2));
    }

    private final String name;

    /** Null until the first call. Two threads that race for it find the same. */
    private NativeFunction found;

    /** The function of that name, one of the list in {@code native-headers}. */
    CFunction(String name) {
        this.name = name;
    }

    /** One that is found already. */
    CFunction(NativeFunction found) {
        this.name = "";
        this.found = found;
    }

    private static MethodHandle link(Linker.Option... options) {
        return link(TYPES, options);
    }

    private static MethodHandle link(FunctionDescriptor types, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return Linker.nativeLinker().downcallHandle(types, all);
    }

    private NativeFunction found() {
        NativeFunction known = found;
        return known != null ? known : find();
    }

    private NativeFunction find() {
        NativeFunction function = Platform.CURRENT.function(name);
        found = function;
        return function;
    }

    /**
     * Looks it up, so that its first call takes no longer than others and loads no class.
     *
     * @throws UnsatisfiedLinkError if the C library here does not have it
     */
    void prepare() {
        found();
        Objects.requireNonNull(Waiting.HANDLE);
    }

    /** What it returns, or {@code -errno} if that is negative as an int. */
    int call(MemorySegment kept, long a, long b, long c, long d, long e, long f) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result((int) invoke(memory, kept, a, b, c, d, e, f));
        }
    }

    int call(MemorySegment kept, long a, long b, long c, long d, long e) {
        return call(kept, a, b, c, d, e, 0);
    }

    int call(MemorySegment kept, long a, long b, long c, long d) {
        return call(kept, a, b, c, d, 0, 0);
    }

    int call(MemorySegment kept, long a, long b, long c) {
        return call(kept, a, b, c, 0, 0, 0);
    }

    int call(MemorySegment kept, long a, long b) {
        return call(kept, a, b, 0, 0, 0, 0);
    }

    int call(MemorySegment kept, long a) {
        return call(kept, a, 0, 0, 0, 0, 0);
    }

    int call(long a, long b, long c, long d) {
        return call(MemorySegment.NULL, a, b, c, d, 0, 0);
    }

    int call(long a, long b, long c) {
        return call(MemorySegment.NULL, a, b, c, 0, 0, 0);
    }

    int call(long a, long b) {
        return call(MemorySegment.NULL, a, b, 0, 0, 0, 0);
    }

    int call(long a) {
        return call(MemorySegment.NULL, a, 0, 0, 0, 0, 0);
    }

    /** What a function returns that does not tell of failures by {@code errno}. */
    long value(MemorySegment kept, long a, long b) {
        try (CallMemory memory = CallMemory.take()) {
            return invoke(memory, kept, a, b, 0, 0, 0, 0);
        }
    }

    long value(long a, long b) {
        return value(MemorySegment.NULL, a, b);
    }

    /** As {@link #call(MemorySegment, long, long, long, long, long, long)}, all 64 bits of it. */
    long callForAddress(long a, long b, long c, long d, long e, long f) {
        try (CallMemory memory = CallMemory.take()) {
            return memory.result(invoke(memory, MemorySegment.NULL, a, b, c, d, e, f));
        }
    }

    private long invoke(
            CallMemory memory, MemorySegment kept, long a, long b, long c, long d, long e, long f) {
        NativeFunction to = found();
        MemorySegment at = to.address();
        MemorySegment state = memory.callState;
        try {
            if (to.takesVersion()) {
                long version = to.version();
                return (long) Waiting.HANDLE.invokeExact(at, state, version, a, b, c, d, e, kept);
            }
            return (long) Waiting.HANDLE.invokeExact(at, state, a, b, c, d, e, f, kept);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** As {@link #call(MemorySegment, long, long, long, long)}, for a call that never waits. */
    int callImmediate(MemorySegment kept, long a, long b, long c, long d) {
        MemorySegment at = found().address();
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment state = memory.callState;
            long result = (long) Immediate.HANDLE.invokeExact(at, state, a, b, c, d, 0L, 0L, kept);
            return memory.result((int) result);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** As {@link #call(MemorySegment, long, long, long)}; {@code c} is a variable argument. */
    int callVariadic(MemorySegment kept, long a, long b, long c) {
        MemorySegment at = found().address();
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment state = memory.callState;
            long result = (long) Variadic.HANDLE.invokeExact(at, state, a, b, c, 0L, 0L, 0L, kept);
            return memory.result((int) result);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * A call on a descriptor with a message, which points to more memory.
     *
     * @param k that memory, {@link IoVector#MOST} segments; none of them is freed during the call
     */
    int callKeeping(MemorySegment[] k, boolean waits, MemorySegment message, long fd, long flags) {
        MemorySegment at = found().address();
        long to = message.address();
        try (CallMemory memory = CallMemory.take()) {
            MethodHandle handle = waits ? Keeping.WAITING : Keeping.IMMEDIATE;
            MemorySegment state = memory.callState;
            long result =
                    (long)
                            handle.invokeExact(
                                    at, state, fd, to, flags, 0L, 0L, 0L, message, k[0], k[1], k[2],
                                    k[3], k[4], k[5], k[6], k[7], k[8], k[9], k[10], k[11], k[12],
                                    k[13], k[14], k[15]);
            return memory.result((int) result);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** The handles declare {@code Throwable}; what comes is a mistake of the caller's. */
    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof RuntimeException mistake) {
            return mistake;
        }
        if (t instanceof Error error) {
            throw error;
        }
        throw new AssertionError(t);
    }
}
