package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for many sockets at once, and says which of them can be read or written without waiting:
 * epoll(7) on Linux, poll(2) elsewhere. Level-triggered: a socket that was said to be ready and was
 * not read to its end is said to be ready again.
 *
 * <p>Confined to the thread that dispatches, except for {@link #wakeUp} and {@link #close}, which
 * any thread may call. A socket may be closed by any thread: closing ends its registration. The
 * poller keeps the sockets that it watches from being garbage.
 *
 * <p>{@link #dispatch} blocks in the kernel, and a virtual thread's carrier with it: use a platform
 * thread.
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

    /** Those whose socket was closed, by whichever thread. */
    private final Queue<Registration> ended = new ConcurrentLinkedQueue<>();

    private int generation;

    Poller() throws IOException {
        pipe.closeWith(this);
    }

    /**
     * The best that this operating system has.
     *
     * @return to be closed
     * @throws SyscallException if a call fails: {@code EMFILE} when this process has no descriptor
     *     left
     */
    public static Poller open() throws IOException {
        return Platform.CURRENT.openPoller();
    }

    /**
     * Watches a connection until {@link Registration#cancel} or its end.
     *
     * @param socket a connection
     * @param interest {@link #READ}, {@link #WRITE}, both or 0
     * @param handler what to do when it is ready; runs inside of {@link #dispatch}
     * @return to change the interest, or to end it
     * @throws SocketClosedException if the socket is closed
     * @throws IllegalStateException if this poller watches it already
     * @throws IllegalArgumentException if the interest is none of these
     */
    public Registration register(StreamSocket socket, int interest, Handler handler)
            throws IOException {
        requireInterest(interest);
        Objects.requireNonNull(socket, "socket");
        return register(socket.state(), interest, handler, socket);
    }

    /**
     * As {@link #register(StreamSocket, int, Handler)}. One that is to write to an address which is
     * not its peer's is said to be ready whether there is room in that queue or not.
     *
     * @param socket any that carries messages
     * @param interest {@link #READ}, {@link #WRITE}, both or 0
     * @param handler what to do when it is ready; runs inside of {@link #dispatch}
     * @return to change the interest, or to end it
     * @throws IOException as {@link #register(StreamSocket, int, Handler)}
     */
    public Registration register(MessageSocket socket, int interest, Handler handler)
            throws IOException {
        requireInterest(interest);
        Objects.requireNonNull(socket, "socket");
        return register(socket.state(), interest, handler, socket);
    }

    /**
     * As {@link #register(StreamListener, Handler)}.
     *
     * @param listener one that listens
     * @param handler what to do when a connection can be accepted
     * @return to end it
     * @throws IOException as {@link #register(StreamListener, Handler)}
     */
    public Registration register(SeqpacketListener listener, Handler handler) throws IOException {
        Objects.requireNonNull(listener, "listener");
        return register(listener.state(), READ, handler, listener);
    }

    /**
     * Watches a listener, which becomes {@link #READ} when a connection can be accepted.
     *
     * @param listener one that listens
     * @param handler what to do when a connection can be accepted
     * @return to end it
     * @throws SocketClosedException if the listener is closed
     * @throws IllegalStateException if this poller watches it already
     */
    public Registration register(StreamListener listener, Handler handler) throws IOException {
        Objects.requireNonNull(listener, "listener");
        return register(listener.state(), READ, handler, listener);
    }

    static void requireInterest(int interest) {
        if ((interest & ~(READ | WRITE)) != 0) {
            throw new IllegalArgumentException(
                    "an interest is READ, WRITE, both or 0, not " + interest);
        }
    }

    private Registration register(SocketState socket, int interest, Handler handler, Object owner)
            throws IOException {
        Objects.requireNonNull(handler, "handler");
        requireOpen();
        int fd = socket.descriptor().acquire("register");
        try {
            if (socket.isWatchedBy(this)) {
                throw new IllegalStateException("this poller watches it already: " + owner);
            }
            Registration registration = newRegistration(fd, interest, handler, owner);
            socket.register(registration);
            return registration;
        } finally {
            socket.descriptor().release();
        }
    }

    private Registration newRegistration(int fd, int interest, Handler handler, Object owner)
            throws IOException {
        int number = freeNumbers.isEmpty() ? registrations.size() : freeNumbers.removeLast();
        if (number == registrations.size()) {
            registrations.add(null);
        }
        Registration registration =
                new Registration(this, fd, number, ++generation, interest, handler, owner);
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
        newRegistration(pipe.readEnd(), READ, this::takeWakeUp, pipe);
    }

    /**
     * In this order: a byte of a {@link #wakeUp} between the two would be drained, and none be
     * written ever after. One that finds it woken still comes before {@link #dispatch} returns.
     */
    private void takeWakeUp(int readiness) {
        pipe.drain();
        woken.set(false);
    }

    final void forget(Registration registration) {
        registrations.set(registration.number(), null);
        freeNumbers.add(registration.number());
    }

    /** The socket was closed, by whichever thread; the next {@link #dispatch} forgets it. */
    final void ended(Registration registration) {
        ended.add(registration);
    }

    final List<Registration> registrations() {
        return registrations;
    }

    /**
     * Waits until a socket is ready, {@link #wakeUp} is called or time is over, and runs the
     * handlers of those that are ready. A signal to this thread can end the wait early. What a
     * handler throws, this throws; the sockets after it are reported again.
     *
     * @param limit rounded up to a millisecond; zero waits without limit, as does one of more than
     *     a hundred years
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if the poller is closed
     * @throws IOException a {@link SyscallException} if a call fails
     */
    public final void dispatch(Duration limit) throws IOException {
        dispatch(Timeouts.millis(Timeouts.nanos(limit)));
    }

    /**
     * As {@link #dispatch(Duration)}, without a limit.
     *
     * @throws IOException a {@link SyscallException} if a call fails
     */
    public final void dispatch() throws IOException {
        dispatch(-1);
    }

    /**
     * As {@link #dispatch(Duration)}, without waiting.
     *
     * @throws IOException a {@link SyscallException} if a call fails
     */
    public final void dispatchNow() throws IOException {
        dispatch(0);
    }

    private void dispatch(int timeoutMillis) throws IOException {
        for (Registration closed; (closed = ended.poll()) != null; ) {
            closed.cancel();
        }
        if (!pipe.enter()) {
            throw closed();
        }
        int ready;
        try {
            ready = await(timeoutMillis);
        } finally {
            pipe.leave();
        }
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
            throw closed();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the poller is closed");
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

    /**
     * Closes the poller itself; the sockets stay their owners'. From any thread: a {@link
     * #dispatch} under way returns, and the next throws. A second call does nothing.
     */
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
