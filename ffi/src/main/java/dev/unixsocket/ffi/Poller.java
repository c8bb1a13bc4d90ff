package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for many sockets at once, and says which of them can be read or written without waiting:
 * epoll(7) on Linux, poll(2) elsewhere. Level-triggered: a socket that was said to be ready and was
 * not read to its end is said to be ready again.
 *
 * <p>Confined to the thread that dispatches, except for {@link #wakeUp}, which is for all others. A
 * socket may be closed by any thread: closing ends its registration.
 */
public abstract sealed class Poller implements Closeable permits EpollPoller, PollPoller {

    /** The interest in reading or accepting; also what a closed or failed peer is reported as. */
    public static final int READ = 1;

    /** The interest in writing; also what a closed or failed peer is reported as. */
    public static final int WRITE = 2;

    /** What is to be done when a socket is ready. */
    @FunctionalInterface
    public interface Handler {

        /**
         * The socket is ready. It may turn out not to be: only calls that never wait may follow.
         *
         * @param readiness {@link #READ}, {@link #WRITE} or both
         */
        void ready(int readiness);
    }

    private final WakePipe pipe = new WakePipe();
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Each registration in the place that is its number; null where a number is free. */
    private final List<Registration> registrations = new ArrayList<>();

    private final List<Integer> freeNumbers = new ArrayList<>();
    private int generation;

    Poller() throws IOException {}

    /**
     * The best that this operating system has.
     *
     * @throws SyscallException if a call fails: {@code EMFILE} when this process has no descriptor
     *     left
     */
    public static Poller open() throws IOException {
        return Platform.CURRENT.openPoller();
    }

    /**
     * Watches a connection until {@link Registration#cancel} or its end.
     *
     * @param interest {@link #READ}, {@link #WRITE}, both or 0
     * @throws SocketClosedException if the socket is closed
     */
    public Registration register(StreamSocket socket, int interest, Handler handler)
            throws IOException {
        return register(socket.state(), interest, handler);
    }

    /**
     * Watches a listener, which becomes {@link #READ} when a connection can be accepted.
     *
     * @throws SocketClosedException if the listener is closed
     */
    public Registration register(StreamListener listener, Handler handler) throws IOException {
        return register(listener.state(), READ, handler);
    }

    private Registration register(SocketState socket, int interest, Handler handler)
            throws IOException {
        requireOpen();
        int fd = socket.descriptor().acquire("register");
        try {
            Registration registration = newRegistration(fd, interest, handler);
            socket.register(registration);
            return registration;
        } finally {
            socket.descriptor().release();
        }
    }

    private Registration newRegistration(int fd, int interest, Handler handler) throws IOException {
        int number = freeNumbers.isEmpty() ? registrations.size() : freeNumbers.removeLast();
        if (number == registrations.size()) {
            registrations.add(null);
        }
        Registration registration =
                new Registration(this, fd, number, ++generation, interest, handler);
        try {
            add(registration);
        } catch (IOException e) {
            freeNumbers.add(number);
            throw e;
        }
        registrations.set(number, registration);
        return registration;
    }

    /** Registers the pipe through which {@link #wakeUp} comes; for constructors. */
    final void watchWakeUps() throws IOException {
        newRegistration(pipe.readEnd(), READ, this::takeWakeUp);
    }

    private void takeWakeUp(int readiness) {
        woken.set(false);
        pipe.drain();
    }

    final void forget(Registration registration) {
        registrations.set(registration.number(), null);
        freeNumbers.add(registration.number());
    }

    final List<Registration> registrations() {
        return registrations;
    }

    /**
     * Waits until a socket is ready, {@link #wakeUp} is called or time is over, and runs the
     * handlers of those that are ready. A signal to this thread can end the wait early.
     *
     * @param limit rounded up to a millisecond; zero waits without limit, as does one of more than
     *     a hundred years
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if the poller is closed
     */
    public final void dispatch(Duration limit) throws IOException {
        dispatch(Timeouts.millis(Timeouts.nanos(limit)));
    }

    /** As {@link #dispatch(Duration)}, without a limit. */
    public final void dispatch() throws IOException {
        dispatch(-1);
    }

    /** As {@link #dispatch(Duration)}, without waiting. */
    public final void dispatchNow() throws IOException {
        dispatch(0);
    }

    private void dispatch(int timeoutMillis) throws IOException {
        requireOpen();
        int ready = await(timeoutMillis);
        for (int i = 0; i < ready; i++) {
            Registration registration = registrations.get(readyNumber(i));
            // Null, or another generation: cancelled by the handler of one before it.
            if (registration != null && registration.generation() == readyGeneration(i)) {
                registration.ready(readiness(i));
            }
        }
    }

    private void requireOpen() {
        if (!pipe.isOpen()) {
            throw new IllegalStateException("the poller is closed");
        }
    }

    /**
     * Lets {@link #dispatch} return, now or when it is next called. From any thread: write(2). Does
     * nothing when the poller is closed.
     */
    public final void wakeUp() {
        if (woken.compareAndSet(false, true)) {
            pipe.wake();
        }
    }

    /** Closes the poller itself; the sockets stay their owners'. A second call does nothing. */
    @Override
    public void close() {
        pipe.close();
    }

    /** Begins to watch. */
    abstract void add(Registration registration) throws IOException;

    /** Makes the kernel know a changed interest. */
    abstract void change(Registration registration) throws IOException;

    /** Lets the kernel forget it, while its descriptor is open. From any thread. */
    abstract void remove(Registration registration);

    /**
     * Waits.
     *
     * @param timeoutMillis -1 for no limit
     * @return how many are ready
     */
    abstract int await(int timeoutMillis) throws IOException;

    /** The number of the registration that is the i-th ready one. */
    abstract int readyNumber(int i);

    /** The generation of the registration that is the i-th ready one. */
    abstract int readyGeneration(int i);

    /** What the i-th ready one is ready for. */
    abstract int readiness(int i);
}
