package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/**
 * The signal that lets a blocked system call return with {@code EINTR} and does nothing else. It is
 * the one that the JDK's channels use for this, with a handler of the same kind: whichever of the
 * two is installed last serves both. Initialized when it is first sent.
 */
final class InterruptSignal {

    /** {@code SIGRTMAX - 2} on Linux, {@code SIGIO} on macOS. */
    static final int NUMBER = Platform.CURRENT.interruptSignal();

    private static final long HANDLER_OFFSET = 0;

    /** {@code SIG_DFL} is 0. */
    private static final long SIG_IGN = 1;

    static {
        install();
    }

    private InterruptSignal() {}

    /**
     * sigaction(2), unless there is a handler. Ours is abs(3): a function of C that takes an int,
     * is safe in a signal handler and has no effect. There is no {@code SA_RESTART}.
     */
    private static void install() {
        MemorySegment nothing = Linker.nativeLinker().defaultLookup().findOrThrow("abs");
        int size = Platform.CURRENT.sigactionBytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment before = arena.allocate(size, Long.BYTES);
            MemorySegment wanted = arena.allocate(size, Long.BYTES);
            if (Syscalls.sigaction(NUMBER, MemorySegment.NULL, before) == 0
                    && Long.compareUnsigned(before.get(JAVA_LONG, HANDLER_OFFSET), SIG_IGN) <= 0) {
                wanted.set(ADDRESS, HANDLER_OFFSET, nothing);
                Syscalls.sigaction(NUMBER, wanted, MemorySegment.NULL);
            }
        }
    }
}
