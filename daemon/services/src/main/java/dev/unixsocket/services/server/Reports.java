package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.Deadline;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells a service manager, while a service runs, that it serves and how much. That it serves is
 * known from the connections that it accepts, and from those that it is done with; where there were
 * none, this process connects to it, and closes again at once. A service that accepts nothing, or
 * is done with nothing that it has accepted, is not vouched for, and then killed.
 *
 * <p>Thread-safe.
 */
final class Reports implements AutoCloseable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** How often there is a line for people. */
    private static final Duration STATUS_EVERY = Duration.ofSeconds(10);

    /** How often to look whether the connection of this process has ended. */
    private static final long LOOK_NANOS = 5_000_000;

    /** How long the connection of this process may wait for room in the backlog. */
    private static final Duration CONNECT_LIMIT = Duration.ofMillis(50);

    /** How long to wait, at the end, for the connection of this process to be accepted. */
    private static final Duration LAST_CONNECTION = Duration.ofMillis(500);

    private final Listener listener;
    private final ServiceManager manager;
    private final Activity activity;
    private final Optional<Duration> watchdog;
    private final Thread thread;
    private volatile boolean ended;
    private String lastLine = "";
    private Activity.Progress last = new Activity.Progress(0, 0);

    /** Tells nothing before {@link #start}. */
    Reports(Listener listener, ServiceManager manager, Activity activity) {
        this.listener = listener;
        this.manager = manager;
        this.activity = activity;
        this.watchdog = manager.watchdog();
        this.thread = Thread.ofPlatform().name("service-manager").daemon().unstarted(this::run);
    }

    /** Begins to tell. */
    void start() {
        thread.start();
    }

    /** That the service serves was said when it was ready: it is asked after a while only. */
    private void run() {
        Duration every =
                watchdog.map(limit -> limit.dividedBy(3))
                        .filter(part -> part.compareTo(STATUS_EVERY) < 0)
                        .orElse(STATUS_EVERY);
        while (!ended) {
            sayStatus();
            LockSupport.parkNanos(every.toNanos());
            if (!ended && watchdog.isPresent() && serves(watchdog.get())) {
                manager.alive();
            }
        }
    }

    private void sayStatus() {
        String line = activity.line();
        if (!line.equals(lastLine)) {
            lastLine = line;
            manager.status(line);
        }
    }

    /**
     * Whether it has come further since this was asked last, if need be by a connection of ours.
     */
    private boolean serves(Duration patience) {
        listener.renewGone("watchdog");
        boolean serves = hasComeFurther() || connects(patience);
        last = activity.progress();
        return serves;
    }

    private boolean hasComeFurther() {
        return activity.progress().since(last);
    }

    /**
     * The connection is closed before it is accepted, so that a service which serves one at a time
     * loses no time with it.
     */
    private boolean connects(Duration patience) {
        Deadline end = Deadline.after(patience);
        try {
            StreamSocket.connect(listener.address(), CONNECT_LIMIT).close();
        } catch (SyscallException e) {
            if (!e.timedOut()) { // so many wait that the next of them says as much
                return afterFailure(e);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the watchdog cannot connect: " + e.getMessage());
        }
        while (!hasComeFurther() && !end.hasPassed() && !thread.isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return hasComeFurther();
    }

    /**
     * To be killed for a socket file that is gone, and the service manager's to make, would help
     * nobody: the next process is given the same socket.
     */
    private boolean afterFailure(SyscallException e) {
        if (e.errno() == Errno.ENOENT && listener.isPassed() && listener.isGone()) {
            return true;
        }
        LOG.log(Level.WARNING, "the watchdog cannot connect: " + e.getMessage());
        return false;
    }

    /**
     * Ends it. To be called while the service still accepts: a connection of ours is waited for, or
     * it would wait in a socket that the service manager passed, and start the service again. A
     * stop that comes before {@link #start} ends it too.
     */
    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
        try {
            if (thread.isAlive()) { // join throws if it was not started
                thread.join(LAST_CONNECTION);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
