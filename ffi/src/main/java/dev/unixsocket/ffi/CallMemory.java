package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The native memory that a call needs: where the linker leaves {@code errno}, and room for the
 * small structures that calls take. Nobody else has it between {@link #take} and {@link #close}, so
 * that two threads can neither read each other's {@code errno} nor allocate for a call.
 *
 * <p>A platform thread has one of its own for as long as it lives. A virtual thread borrows one for
 * a call: there may be a million of them, of which only a few make a call at the same moment.
 */
final class CallMemory implements AutoCloseable {

    private static final long ERRNO =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private static final ThreadLocal<CallMemory> OF_PLATFORM_THREAD =
            ThreadLocal.withInitial(() -> new CallMemory(-1));

    /** How many virtual threads can be in a call without one that allocates; a power of two. */
    private static final int LENDABLE = 64;

    /** What virtual threads borrow; null where it is lent, or was never needed. */
    private static final AtomicReferenceArray<CallMemory> SHELF =
            new AtomicReferenceArray<>(LENDABLE);

    /** Bytes of {@link #option}; {@code struct xucred}, the largest that goes there, has 76. */
    private static final int OPTION_BYTES = 128;

    /** Where the linker captures {@code errno}. */
    final MemorySegment callState;

    /** A {@code struct timeval}. */
    final MemorySegment timeval;

    /** The value of a socket option: an int, or the structure of the peer's credentials. */
    final MemorySegment option;

    /** A {@code socklen_t}. */
    final MemorySegment length;

    /** A {@code struct pollfd}. */
    final MemorySegment pollfd;

    /** The address that was connected to last; {@link #sockaddrLength} fills it in. */
    final MemorySegment sockaddr;

    /** The place on the shelf that it goes back to; -1 for that of a platform thread. */
    private final int place;

    private Address sockaddrOf;
    private int sockaddrLength;
    private long thread;

    private CallMemory(int place) {
        this.place = place;
        Arena untilItIsForgotten = Arena.ofAuto();
        callState = untilItIsForgotten.allocate(Linker.Option.captureStateLayout());
        timeval = untilItIsForgotten.allocate(Platform.CURRENT.timevalBytes(), Long.BYTES);
        option = untilItIsForgotten.allocate(OPTION_BYTES, Long.BYTES);
        length = untilItIsForgotten.allocate(ValueLayout.JAVA_INT);
        pollfd = untilItIsForgotten.allocate(PollPoller.POLLFD_BYTES, Long.BYTES);
        sockaddr = Sockaddr.allocate(untilItIsForgotten);
    }

    /** For the calling thread, until {@link #close}. */
    static CallMemory take() {
        Thread current = Thread.currentThread();
        return current.isVirtual() ? borrow(current) : OF_PLATFORM_THREAD.get();
    }

    private static CallMemory borrow(Thread virtual) {
        int place = (int) virtual.threadId() & (LENDABLE - 1);
        CallMemory memory = SHELF.getAndSet(place, null);
        return memory != null ? memory : new CallMemory(place);
    }

    /**
     * Gives it back. Of two that belong in one place the second is left to the garbage collector.
     */
    @Override
    public void close() {
        if (place >= 0) {
            SHELF.setRelease(place, this);
        }
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

    /** What {@code errno} was after the last call that was made through this memory. */
    int errno() {
        return callState.get(ValueLayout.JAVA_INT, ERRNO);
    }

    /** What a call returned, or {@code -errno} if that is negative. */
    int result(int returned) {
        return returned < 0 ? -errno() : returned;
    }

    /** As {@link #result(int)}. */
    long result(long returned) {
        return returned < 0 ? -errno() : returned;
    }

    /** pthread_self(3) of the platform thread whose memory it is. */
    long thread() {
        if (thread == 0) {
            thread = Syscalls.pthreadSelf();
        }
        return thread;
    }
}
