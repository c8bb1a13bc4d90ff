package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for many sockets at once, and says which of them can be read or written without waiting:
 * epoll(7) on Linux, poll(2) elsewhere. Level-triggered: a socket that was said to be ready and was
 * not read to its end is said to be ready again.
 *
 * <p>Confined to the thread that dispatches, except for {@link #wakeUp}, which is for all others.
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

    /** Room for the longest wait that the kernel takes, in milliseconds. */
    private static final long MAX_MILLIS = Integer.MAX_VALUE;

    private final MemorySegment wakeByte = Arena.ofAuto().allocate(8);
    private final int wakeReadEnd;
    private final int wakeWriteEnd;
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Each registration in the place that is its number; null where a number is free. */
    private final List<Registration> registrations = new ArrayList<>();

    private final List<Integer> freeNumbers = new ArrayList<>();

    Poller() throws IOException {
        MemorySegment fds = Arena.ofAuto().allocate(JAVA_INT, 2);
        Sockets.check("pipe", ReadinessSyscalls.pipe(fds), "to wake the poller");
        wakeReadEnd = fds.get(JAVA_INT, 0);
        wakeWriteEnd = fds.get(JAVA_INT, Integer.BYTES);
    }

    /** The best that this operating system has. */
    public static Poller open() throws IOException {
        return Platform.CURRENT.openPoller();
    }

    /**
     * Watches a connection until {@link Registration#cancel}.
     *
     * @param interest {@link #READ}, {@link #WRITE}, both or 0
     */
    public Registration register(StreamSocket socket, int interest, Handler handler)
            throws IOException {
        return register(socket.descriptor(), interest, handler, socket.address());
    }

    /** Watches a listener, which becomes {@link #READ} when a connection can be accepted. */
    public Registration register(StreamListener listener, Handler handler) throws IOException {
        return register(listener.descriptor(), READ, handler, listener.address());
    }

    private Registration register(
            Descriptor descriptor, int interest, Handler handler, Address address)
            throws IOException {
        int fd = descriptor.acquire();
        if (fd < 0) {
            throw new SocketClosedException("register", address);
        }
        try {
            return register(fd, interest, handler);
        } finally {
            descriptor.release();
        }
    }

    private Registration register(int fd, int interest, Handler handler) throws IOException {
        int number = freeNumbers.isEmpty() ? registrations.size() : freeNumbers.removeLast();
        Registration registration = new Registration(this, fd, number, interest, handler);
        add(registration);
        if (number == registrations.size()) {
            registrations.add(registration);
        } else {
            registrations.set(number, registration);
        }
        return registration;
    }

    /** Registers the pipe through which {@link #wakeUp} comes; for constructors. */
    final void watchWakeUps() throws IOException {
        register(wakeReadEnd, READ, this::takeWakeUp);
    }

    private void takeWakeUp(int readiness) {
        woken.set(false);
        Syscalls.read(wakeReadEnd, wakeByte, wakeByte.byteSize());
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
     * handlers of those that are ready.
     *
     * @param limit rounded up to a millisecond
     */
    public final void dispatch(Duration limit) throws IOException {
        dispatch(millis(limit));
    }

    /** As the kernel wants it: never less than asked for. */
    static int millis(Duration limit) {
        return (int) Math.min(MAX_MILLIS, limit.plusNanos(999_999).toMillis());
    }

    /** As {@link #dispatch(Duration)}, without a limit. */
    public final void dispatch() throws IOException {
        dispatch(-1);
    }

    private void dispatch(int timeoutMillis) throws IOException {
        int ready = await(timeoutMillis);
        for (int i = 0; i < ready; i++) {
            int number = readyNumber(i);
            Registration registration = registrations.get(number);
            // Null: cancelled by the handler of one before it. A number that was given anew is
            // told of what its predecessor was ready for, which only costs a call that finds
            // nothing.
            if (registration != null) {
                registration.handler().ready(readiness(i));
            }
        }
    }

    /** Lets {@link #dispatch} return, now or when it is next called. From any thread: write(2). */
    public final void wakeUp() {
        if (woken.compareAndSet(false, true)) {
            Syscalls.write(wakeWriteEnd, wakeByte, 1);
        }
    }

    /** Closes the poller itself. The sockets stay their owners'. No {@link #wakeUp} may follow. */
    @Override
    public void close() {
        Syscalls.close(wakeReadEnd);
        Syscalls.close(wakeWriteEnd);
    }

    /** Begins to watch. */
    abstract void add(Registration registration) throws IOException;

    /** Makes the kernel know a changed interest. */
    abstract void change(Registration registration) throws IOException;

    /**
     * Waits.
     *
     * @param timeoutMillis -1 for no limit
     * @return how many are ready
     */
    abstract int await(int timeoutMillis) throws IOException;

    /** The number of the registration that is the i-th ready one. */
    abstract int readyNumber(int i);

    /** What the i-th ready one is ready for. */
    abstract int readiness(int i);
}
