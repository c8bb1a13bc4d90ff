package dev.unixsocket.ffi;

import java.io.IOException;

/**
 * A socket that a {@link Poller} watches, until it is cancelled or the socket is closed.
 *
 * <p>Confined to the poller's thread.
 */
public final class Registration {

    private final Poller poller;
    private final int fd;
    private final int number;
    private final int generation;
    private final Poller.Handler handler;
    private int interest;
    private volatile boolean cancelled;

    /** The socket or listener: watched, it is not garbage. Null when it is watched no more. */
    private volatile Object owner;

    /** Whether the kernel knows it. Guarded by this: the socket's owner may close it. */
    private boolean watched = true;

    Registration(
            Poller poller,
            int fd,
            int number,
            int generation,
            int interest,
            Poller.Handler handler,
            Object owner) {
        this.poller = poller;
        this.fd = fd;
        this.number = number;
        this.generation = generation;
        this.interest = interest;
        this.handler = handler;
        this.owner = owner;
    }

    /**
     * Changes what the socket is watched for; a call only where it differs from before.
     *
     * @param wanted {@link Poller#READ}, {@link Poller#WRITE}, both or 0, which still reports a
     *     peer that closed or failed
     * @throws IllegalArgumentException if it is anything else
     * @throws IllegalStateException if this registration was cancelled
     * @throws IOException a {@link SyscallException} if epoll_ctl(2) fails
     */
    public synchronized void interest(int wanted) throws IOException {
        Poller.requireInterest(wanted);
        if (cancelled) {
            throw new IllegalStateException("the registration was cancelled");
        }
        if (wanted != interest) {
            interest = wanted;
            if (watched) {
                poller.change(this);
            }
        }
    }

    /**
     * Ends it: epoll_ctl(2) with {@code EPOLL_CTL_DEL}, since another process may hold the socket
     * too and keep it alive. A second call does nothing.
     */
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            unwatch();
            poller.forget(this);
        }
    }

    /** Its socket is being closed, by any thread. */
    void socketCloses() {
        unwatch();
        poller.ended(this);
    }

    /** Lets the kernel forget it, while the descriptor is still the socket's. From any thread. */
    private synchronized void unwatch() {
        if (watched) {
            watched = false;
            poller.remove(this);
            owner = null;
        }
    }

    void ready(int readiness) {
        if (isWatched()) {
            handler.ready(readiness);
        }
    }

    synchronized boolean isWatched() {
        return watched;
    }

    boolean isCancelled() {
        return cancelled;
    }

    Poller poller() {
        return poller;
    }

    int fd() {
        return fd;
    }

    int number() {
        return number;
    }

    int generation() {
        return generation;
    }

    int interest() {
        return interest;
    }
}
