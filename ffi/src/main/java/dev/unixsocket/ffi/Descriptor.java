package dev.unixsocket.ffi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A file descriptor with an owner. Every call on it is made between {@link #acquire} and {@link
 * #release}, so that it cannot be closed, and its number given to another file, while a call is on
 * its way into the kernel.
 *
 * <p>Thread-safe; neither {@link #acquire} nor {@link #release} allocates or waits.
 */
final class Descriptor {

    /** In {@link #state}: no new call may begin; the rest of it counts those under way. */
    private static final int CLOSING = 1 << 30;

    /** In {@link #state}: the number has been given back to the kernel. */
    private static final int CLOSED = 1 << 31;

    /** In {@link #state}: was closed, and {@link #open} is about to give it a number. */
    private static final int OPENING = CLOSED | 1;

    /** How soon {@link #close} looks again whether the last call has ended, in nanoseconds. */
    private static final long FIRST_PAUSE = 20_000;

    /** How long that becomes at most. */
    private static final long LONGEST_PAUSE = 1_000_000;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Descriptor.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private volatile int state;
    private int fd;
    private volatile Address address;

    /** What is to be done before the number goes back to the kernel, or to another owner. */
    private final IntConsumer leave;

    /** A descriptor that is closed, until {@link #open} gives it a number. */
    Descriptor() {
        this(fd -> {});
    }

    /**
     * As {@link #Descriptor()}.
     *
     * @param leave called with the number when no call on it is under way any more, just before
     *     this object gives it up
     */
    Descriptor(IntConsumer leave) {
        this.leave = leave;
        state = CLOSED;
        fd = -1;
    }

    /**
     * Takes ownership of {@code fd}.
     *
     * @throws IllegalStateException if this descriptor has one that is not closed yet; then {@code
     *     fd} stays the caller's
     */
    void open(int fd, Address address) {
        if (!STATE.compareAndSet(this, CLOSED, OPENING)) {
            throw new IllegalStateException("the socket is still open: " + this.address);
        }
        this.fd = fd;
        this.address = address;
        state = 0;
    }

    /** Whether a call on it is under way. */
    boolean isInUse() {
        return (state & ~CLOSING) > 0;
    }

    /** bind(2) gave it that address, which has a port if that was left to the kernel. */
    void bound(Address address) {
        this.address = address;
    }

    /** The address that came with the number; it stays until the next one. */
    Address address() {
        return address;
    }

    boolean isOpen() {
        return state >= 0 && state < CLOSING;
    }

    /** Begins a call: the number to make it with, or -1 when it is closed. */
    int acquire() {
        int now;
        do {
            now = state;
            if (now < 0 || now >= CLOSING) {
                return -1;
            }
        } while (!STATE.compareAndSet(this, now, now + 1));
        return fd;
    }

    /** As {@link #acquire()}, with the error that says which call found it closed. */
    int acquire(String call) throws SocketClosedException {
        int number = acquire();
        if (number < 0) {
            throw new SocketClosedException(call, address);
        }
        return number;
    }

    /**
     * Ends a call.
     *
     * @return false when the descriptor was closed meanwhile, so that the call's result means
     *     nothing
     */
    boolean release() {
        int before = (int) STATE.getAndAdd(this, -1);
        return before < CLOSING;
    }

    /** As {@link #release()}, with the error that says which call it was closed under. */
    void release(String call) throws SocketClosedException {
        if (!release()) {
            throw new SocketClosedException(call, address);
        }
    }

    /**
     * Lets no new call begin, wakes those under way, waits for the last of them and closes.
     *
     * @param wake makes calls that wait return; called again, ever more seldom, until the last of
     *     them has returned, and not at all when there are none
     * @return what {@code close} returned, or 0 when it was closed already, or another thread is
     *     closing it
     */
    int close(IntConsumer wake) {
        int now;
        do {
            now = state;
            if (now < 0 || now >= CLOSING) {
                return 0;
            }
        } while (!STATE.compareAndSet(this, now, now | CLOSING));
        if (now != 0) {
            awaitLastCall(wake);
        }
        leave.accept(fd);
        int result = Syscalls.close(fd);
        fd = -1;
        state = CLOSED;
        return result;
    }

    private void awaitLastCall(IntConsumer wake) {
        boolean interrupted = false;
        wake.accept(fd);
        for (long pause = FIRST_PAUSE;
                state != CLOSING;
                pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            LockSupport.parkNanos(pause);
            interrupted |= Thread.interrupted(); // parking would not wait
            wake.accept(fd);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Closes a descriptor that nobody can reach any more, if it is open.
     *
     * @return whether it was
     */
    boolean closeUnreachable() {
        if (!STATE.compareAndSet(this, 0, CLOSING)) {
            return false;
        }
        leave.accept(fd);
        Syscalls.close(fd);
        fd = -1;
        state = CLOSED;
        return true;
    }

    /**
     * Gives up the number without closing it, to an owner outside of this library.
     *
     * @throws IllegalStateException if it is closed, or a call on it is under way
     */
    int detach() {
        if (!STATE.compareAndSet(this, 0, CLOSING)) {
            throw new IllegalStateException("the descriptor is closed or in use");
        }
        int detached = fd;
        leave.accept(detached);
        fd = -1;
        state = CLOSED;
        return detached;
    }
}
