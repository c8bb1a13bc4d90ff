package dev.unixsocket.ffi;

import dev.unixsocket.ffi.linux.Libc;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/** epoll(7), edge-triggered: a socket is registered once, and a wait makes no call. */
final class EpollWakeups extends Wakeups {

    private static final int FIRST_SIZE = 256;

    /** How long the poller's thread leaves an assistant alone that makes no turns. */
    private static final long LOOK_AFTER_NANOS = 5_000_000;

    private final Epoll epoll = new Epoll();

    /** The events of the poller's own thread, and those of the assistant. */
    private final EpollEvents own = new EpollEvents(epoll);

    private final EpollEvents assistants = new EpollEvents(epoll);

    /** The poller's own thread. */
    private Thread owner;

    /** Null until several events have come at once. */
    private Thread assistant;

    /** Whether the assistant hands out the events. */
    private volatile boolean lent;

    /** How often the assistant found some. Written by it alone. */
    private volatile int turns;

    /** The sockets by their descriptors. Replaced by a longer one under the lock of this. */
    private volatile AtomicReferenceArray<SocketState> sockets =
            new AtomicReferenceArray<>(FIRST_SIZE);

    EpollWakeups() throws SyscallException {}

    @Override
    synchronized int add(SocketState socket, int fd, boolean forOutput) {
        AtomicReferenceArray<SocketState> array = sockets;
        if (fd >= array.length()) {
            array = longer(array, fd);
        }
        array.set(fd, socket);
        int result = epoll.control(Libc.EPOLL_CTL_ADD(), fd, events(forOutput), fd);
        if (result < 0) {
            array.set(fd, null);
        }
        return result;
    }

    private AtomicReferenceArray<SocketState> longer(
            AtomicReferenceArray<SocketState> array, int fd) {
        AtomicReferenceArray<SocketState> copy =
                new AtomicReferenceArray<>(Math.max(2 * array.length(), fd + 1));
        for (int i = 0; i < array.length(); i++) {
            copy.set(i, array.get(i));
        }
        sockets = copy;
        return copy;
    }

    @Override
    int change(SocketState socket, int fd, boolean forOutput) {
        return epoll.control(Libc.EPOLL_CTL_MOD(), fd, events(forOutput), fd);
    }

    private static int events(boolean forOutput) {
        int input = Libc.EPOLLIN() | Libc.EPOLLRDHUP() | Libc.EPOLLET();
        return forOutput ? input | Libc.EPOLLOUT() : input;
    }

    @Override
    synchronized void remove(int fd) {
        epoll.control(Libc.EPOLL_CTL_DEL(), fd, 0, fd);
        sockets.set(fd, null);
    }

    /**
     * Waits for events, and lends the work to the assistant when several threads waited for them.
     *
     * <p>Where one connection is busy at a time, nothing is quicker than this thread, which the
     * kernel wakes. Where many are, this thread would take the cores from the threads that it
     * wakes. The assistant is a virtual thread and takes turns with them: each of its turns finds
     * what has come while they had theirs, and no core changes threads for it.
     */
    @Override
    void dispatch() throws IOException {
        if (handOut(own, own.await(-1)) > 1) {
            lend();
        }
    }

    private void lend() {
        owner = Thread.currentThread();
        if (assistant == null) {
            assistant = Thread.ofVirtual().name("unixsocket-poller").start(this::assist);
        }
        lent = true;
        LockSupport.unpark(assistant);
        int seen;
        do {
            seen = turns;
            LockSupport.parkNanos(this, LOOK_AFTER_NANOS);
        } while (lent && turns != seen); // else all carriers are busy, and this thread goes on
    }

    /** The assistant: hands out events in turn with the threads that it wakes, until none come. */
    private void assist() {
        while (true) {
            while (lent) {
                try {
                    int ready = assistants.await(0);
                    if (ready > 0) {
                        handOut(assistants, ready);
                        turns++;
                        Thread.yield();
                        continue;
                    }
                } catch (IOException | OutOfMemoryError e) {
                    // the other thread meets it too
                }
                lent = false;
                LockSupport.unpark(owner);
            }
            LockSupport.park(this);
        }
    }

    /** Returns for how many of the events a thread waited. */
    private int handOut(EpollEvents events, int ready) {
        AtomicReferenceArray<SocketState> array = sockets;
        int woken = 0;
        for (int i = 0; i < ready; i++) {
            int fd = (int) events.data(i);
            int occurred = events.occurred(i);
            SocketState socket = fd < array.length() ? array.get(fd) : null;
            if (socket != null) {
                boolean forInput = (occurred & ~Libc.EPOLLOUT()) != 0;
                boolean forOutput = (occurred & ~(Libc.EPOLLIN() | Libc.EPOLLRDHUP())) != 0;
                woken += socket.ready(forInput, forOutput, fd) ? 1 : 0;
            }
        }
        return woken;
    }
}
