package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The native memory of one thread: where the linker leaves {@code errno} after a call, and room for
 * the small structures that calls take. Made once per thread, never shared, so that two threads can
 * neither read each other's {@code errno} nor allocate for a call.
 */
final class ThreadMemory {

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

    private static final ThreadLocal<ThreadMemory> CURRENT =
            ThreadLocal.withInitial(ThreadMemory::new);

    /** Where the linker captures {@code errno}. */
    final MemorySegment callState;

    /** A {@code struct timeval}. */
    final MemorySegment timeval;

    /** The value of a socket option: an int, or the structure of the peer's credentials. */
    final MemorySegment option;

    /** A {@code socklen_t}. */
    final MemorySegment length;

    /** The address that was connected to last; {@link #sockaddrLength} fills it in. */
    final MemorySegment sockaddr;

    private Address sockaddrOf;
    private int sockaddrLength;

    /** Bytes of {@link #option}; {@code struct xucred}, the largest that goes there, has 76. */
    private static final int OPTION_BYTES = 128;

    private ThreadMemory() {
        Arena untilTheThreadIsGone = Arena.ofAuto();
        callState = untilTheThreadIsGone.allocate(Linker.Option.captureStateLayout());
        timeval = untilTheThreadIsGone.allocate(Platform.CURRENT.timevalBytes(), Long.BYTES);
        option = untilTheThreadIsGone.allocate(OPTION_BYTES, Long.BYTES);
        length = untilTheThreadIsGone.allocate(ValueLayout.JAVA_INT);
        sockaddr = Sockaddr.allocate(untilTheThreadIsGone);
    }

    static ThreadMemory current() {
        return CURRENT.get();
    }

    /**
     * Fills in {@link #sockaddr}, unless it holds that very address from the last time: a client
     * that connects again and again allocates nothing.
     *
     * @return how many bytes of it count
     */
    int sockaddrLength(Address address) {
        if (address != sockaddrOf) {
            sockaddrOf = null;
            sockaddrLength = Sockaddr.fill(sockaddr, address);
            sockaddrOf = address;
        }
        return sockaddrLength;
    }

    /** What {@code errno} was after the last call that this thread made through its memory. */
    int errno() {
        return (int) ERRNO.get(callState, 0L);
    }
}
