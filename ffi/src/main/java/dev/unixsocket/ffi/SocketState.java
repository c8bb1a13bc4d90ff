package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * What every socket is inside: a descriptor, two directions in which calls wait, and how they are
 * woken when it ends.
 *
 * <p>Thread-safe.
 */
final class SocketState {

    /** How a socket is closed under the calls that wait on it. */
    private final IntConsumer end;

    private final Descriptor descriptor = new Descriptor(this::leave);
    private final Direction input = new Direction(this, PollPoller.POLLIN);
    private final Direction output = new Direction(this, PollPoller.POLLOUT);
    private final BlockedThreads blocked = new BlockedThreads();
    private final IntConsumer wake = this::wake;
    private volatile boolean stopped;

    /** Whether another process may have the descriptor too. */
    private volatile boolean shared;

    private volatile Waiting waiting = Waiting.block();

    /** Whether the process's poller watches the descriptor, and for output too. */
    private volatile boolean watched;

    private volatile boolean watchedForOutput;

    /**
     * With pollers of its owner's; null until there is one. Guarded by this. They keep the socket
     * from being garbage; this must not, since the one that closes garbage holds it.
     */
    private List<WeakReference<Registration>> registrations;

    /**
     * A socket that is closed until {@link Descriptor#open}.
     *
     * @param end makes the kernel end the calls that wait on a descriptor, as far as it does
     */
    SocketState(IntConsumer end) {
        this.end = end;
    }

    Descriptor descriptor() {
        return descriptor;
    }

    Direction input() {
        return input;
    }

    Direction output() {
        return output;
    }

    BlockedThreads blocked() {
        return blocked;
    }

    Waiting waiting() {
        return waiting;
    }

    void waiting(Waiting waiting) {
        Objects.requireNonNull(waiting, "waiting");
        this.waiting = waiting;
        input.configure(waiting);
        output.configure(waiting);
    }

    /**
     * Takes ownership of a new descriptor, as {@link Descriptor#open}; it begins without timeouts.
     */
    void open(int fd, Address address) {
        open(fd, address, false);
    }

    /**
     * As {@link #open}, of a descriptor that another process may have too: shutdown(2) would end it
     * for both, so no call may wait in the kernel but in poll(2), which a signal ends.
     */
    void openShared(int fd, Address address) {
        open(fd, address, true);
    }

    private void open(int fd, Address address, boolean withOthers) {
        input.timeoutNanos(Timeouts.NONE);
        output.timeoutNanos(Timeouts.NONE);
        descriptor.open(fd, address);
        shared = withOthers;
        input.neverBlocks(withOthers);
        output.neverBlocks(withOthers);
    }

    /** Whether calls that wait should give up: it was closed or stopped. */
    boolean hasEnded() {
        return stopped || !descriptor.isOpen();
    }

    boolean isStopped() {
        return stopped;
    }

    /** Ends the calls that wait, now and from now on; the descriptor stays open. */
    void stop() {
        int fd = descriptor.acquire();
        if (fd >= 0) {
            try {
                stopped = true;
                wake(fd);
                blocked.endAll();
            } finally {
                descriptor.release();
            }
        }
    }

    /**
     * What a call that may have waited returned, or the exception for it; one that was interrupted
     * closes the socket.
     */
    long result(String call, long result) throws IOException {
        if (Errno.EINTR.is(result)) {
            close();
            throw new ClosedByInterruptException();
        }
        return result >= 0 ? result : Sockets.fail(call, result, descriptor.address());
    }

    /** Closes, waking every call that waits. */
    void close() {
        descriptor.close(wake);
    }

    /** Lets every call that waits return; called again until all have. */
    private void wake(int fd) {
        if (shared) {
            signal();
        } else {
            end(fd);
        }
        blocked.signal();
    }

    /** Ends the calls that wait, as far as the kernel and the poller can. */
    void end(int fd) {
        end.accept(fd);
        signal();
    }

    private void signal() {
        input.signal();
        output.signal();
    }

    /**
     * Lets the poller watch the descriptor, once for its life; for output only while somebody waits
     * for that, since every byte that a peer takes would be an event. The caller is known to the
     * direction already.
     *
     * @return 0 or {@code -errno}
     */
    int watch(Direction direction, int fd) {
        if (isWatched(direction) && direction.isInput()) {
            return 0;
        }
        synchronized (this) { // with unwatchOutput, which looks whether anybody waits
            if (isWatched(direction)) {
                return 0;
            }
            boolean forOutput = watchedForOutput || !direction.isInput();
            int result = Wakeups.watch(this, fd, watched, forOutput);
            if (result >= 0) {
                watched = true;
                watchedForOutput = forOutput;
            }
            return result;
        }
    }

    private boolean isWatched(Direction direction) {
        return Wakeups.REGISTERS_ONCE && watched && (direction.isInput() || watchedForOutput);
    }

    /**
     * The poller saw that the descriptor is ready.
     *
     * @return whether a thread waited for that
     */
    boolean ready(boolean forInput, boolean forOutput, int fd) {
        boolean woken = forInput && input.signal();
        if (forOutput) {
            woken |= output.signal();
            unwatchOutput(fd);
        }
        return woken;
    }

    private void unwatchOutput(int fd) {
        if (watchedForOutput && !output.isAwaited()) {
            synchronized (this) {
                if (watchedForOutput && !output.isAwaited()) {
                    watchedForOutput = Wakeups.watch(this, fd, true, false) < 0;
                }
            }
        }
    }

    /** Whether that poller watches it. */
    synchronized boolean isWatchedBy(Poller poller) {
        return registrations().anyMatch(one -> one.poller() == poller);
    }

    /** Its owner's poller watches it, until one of the two ends that. */
    synchronized void register(Registration registration) {
        List<WeakReference<Registration>> all = new ArrayList<>(1);
        registrations().forEach(one -> all.add(new WeakReference<>(one)));
        all.add(new WeakReference<>(registration));
        registrations = all;
    }

    private Stream<Registration> registrations() {
        return registrations == null
                ? Stream.empty()
                : registrations.stream()
                        .map(WeakReference::get)
                        .filter(one -> one != null && !one.isCancelled());
    }

    /** Before the descriptor is closed: another process may have it too, and keep it watched. */
    private void leave(int fd) {
        if (watched || registrations != null) {
            unwatch(fd);
        }
    }

    private synchronized void unwatch(int fd) {
        if (watched) {
            Wakeups.unwatch(fd);
            watched = false;
            watchedForOutput = false;
        }
        if (registrations != null) {
            registrations().forEach(Registration::socketCloses);
            registrations = null;
        }
    }
}
