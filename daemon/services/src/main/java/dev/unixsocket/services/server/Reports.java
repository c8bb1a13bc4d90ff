package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
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
 * known from the connections that it accepts; where none came, this process connects to it, and
 * closes again. A service that accepts nothing any more is not vouched for, and then killed.
 *
 * <p>The methods belong to the thread that starts it.
 */
final class Reports implements AutoCloseable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** How often there is a line for people. */
    private static final Duration STATUS_EVERY = Duration.ofSeconds(10);

    /** How often to look whether the connection of this process was accepted. */
    private static final long LOOK_NANOS = 5_000_000;

    /** How long the connection of this process may wait for room in the backlog. */
    private static final Duration CONNECT_LIMIT = Duration.ofMillis(50);

    private final Listener listener;
    private final ServiceManager manager;
    private final Activity activity;
    private final Optional<Duration> watchdog;
    private final Thread thread;
    private volatile boolean ended;
    private String lastLine = "";
    private long lastArrivals;

    private Reports(Listener listener, ServiceManager manager, Activity activity) {
        this.listener = listener;
        this.manager = manager;
        this.activity = activity;
        this.watchdog = manager.watchdog();
        this.thread = Thread.ofPlatform().name("service-manager").daemon().unstarted(this::run);
    }

    /** Begins to tell. */
    static Reports start(Listener listener, ServiceManager manager, Activity activity) {
        Reports reports = new Reports(listener, manager, activity);
        reports.thread.start();
        return reports;
    }

    private void run() {
        Duration every =
                watchdog.map(limit -> limit.dividedBy(3))
                        .filter(part -> part.compareTo(STATUS_EVERY) < 0)
                        .orElse(STATUS_EVERY);
        while (!ended) {
            if (watchdog.isPresent() && serves(watchdog.get())) {
                manager.alive();
            }
            sayStatus();
            LockSupport.parkNanos(every.toNanos());
        }
    }

    private void sayStatus() {
        String line = activity.line();
        if (!line.equals(lastLine)) {
            lastLine = line;
            manager.status(line);
        }
    }

    /** Whether a connection was accepted since this was asked last, if need be one of its own. */
    private boolean serves(Duration patience) {
        boolean come = activity.arrivals() != lastArrivals;
        if (!come) {
            come = connect(patience);
        }
        lastArrivals = activity.arrivals();
        return come;
    }

    private boolean connect(Duration patience) {
        long before = activity.arrivals();
        Deadline end = Deadline.after(patience);
        try (StreamSocket _ = StreamSocket.connect(listener.address(), CONNECT_LIMIT)) {
            awaitArrival(before, end);
        } catch (SyscallException e) {
            if (!e.timedOut()) {
                return afterFailure(e);
            }
            awaitArrival(before, end); // so many wait that the next of them says as much
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the watchdog cannot connect: " + e.getMessage());
        }
        return activity.arrivals() != before;
    }

    private void awaitArrival(long before, Deadline end) {
        while (activity.arrivals() == before && !end.hasPassed() && !ended) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /**
     * A socket file that is gone is made anew, or is the service manager's to make: to be killed
     * for it would help nobody.
     */
    private boolean afterFailure(SyscallException e) {
        LOG.log(Level.WARNING, "the watchdog cannot connect: " + e.getMessage());
        boolean gone = e.errno() == Errno.ENOENT && listener.address() instanceof Address.UnixPath;
        if (gone && !listener.isPassed()) {
            listener.renewAndSay("watchdog");
        }
        return gone;
    }

    /** Ends it. */
    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
    }
}
