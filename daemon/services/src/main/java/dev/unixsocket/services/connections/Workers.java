package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.wire.ThreadEnd;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that accept on one listener, each for itself. One worker serves one connection at a time;
 * with one, which is the default of every service that stands in for a serial original, connections
 * are served in the order in which they came. {@linkplain Connection#deadline Deadlines} are
 * enforced: the connection is shut down, whatever its worker is waiting for.
 *
 * <p>Thread-safe. The listener stays its owner's.
 */
public final class Workers {

    /** Woken more often than this, whoever enforces deadlines would be a load of its own. */
    private static final long SHORTEST_SLEEP_NANOS = 1_000_000;

    private final Listener listener;
    private final List<Worker> workers;
    private final long shortestNanos;
    private boolean stopped;
    private volatile boolean ended;
    private Optional<SyscallException> failure = Optional.empty();

    /**
     * A server that has not started.
     *
     * @param listener where connections come to
     * @param protocols one for each worker, at least 1
     * @param shortest the shortest deadline that they set; more than 0
     */
    public Workers(Listener listener, List<? extends Protocol> protocols, Duration shortest) {
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("a server has at least 1 worker");
        }
        this.listener = listener;
        this.shortestNanos = shortest.toNanos();
        this.workers =
                protocols.stream()
                        .map(protocol -> new Worker(listener, protocol, this::giveUp))
                        .toList();
    }

    /**
     * Serves until {@link #stop}: the calling thread is the first worker, the others are platform
     * threads. Returns when the last has ended.
     *
     * @throws UncheckedIOException if connections can be accepted no more
     */
    public void run() {
        Thread watchdog =
                Thread.ofPlatform().name("watchdog").daemon().start(this::enforceDeadlines);
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < workers.size(); i++) {
            others.add(Thread.ofPlatform().name("worker-" + (i + 1)).start(workers.get(i)));
        }
        workers.getFirst().run();
        others.forEach(ThreadEnd::await);
        ended = true;
        LockSupport.unpark(watchdog);
        synchronized (this) { // when this returns, nobody is on the listener any more
            failure.ifPresent(
                    e -> {
                        throw new UncheckedIOException(e);
                    });
        }
    }

    /**
     * Sleeps until the next deadline, or, where there is none, for as long as the shortest that can
     * begin: so no worker has to wake this thread when it sets one.
     */
    private void enforceDeadlines() {
        while (!ended) {
            long sleep = shortestNanos;
            for (Worker worker : workers) {
                worker.enforceDeadline();
                sleep = Math.min(sleep, worker.leftNanos());
            }
            LockSupport.parkNanos(Math.max(sleep, SHORTEST_SLEEP_NANOS));
        }
    }

    /**
     * Accepts no more, and lets {@link #run} return once the requests in hand are answered, which
     * takes no longer than their deadlines allow. A peer that is connected but begins no request is
     * let go of after half a second, for which this call waits. A second call does no harm.
     */
    public synchronized void stop() {
        if (!stopped) {
            stopped = true;
            workers.forEach(Worker::stop);
            listener.stopAccepting();
        }
        long end = System.nanoTime() + Worker.IDLE_GRACE.toNanos();
        workers.forEach(worker -> worker.letGoOfIdlePeer(end));
    }

    /** A worker that cannot go on stops them all, so that the process ends and is seen to. */
    private synchronized void giveUp(SyscallException e) {
        if (failure.isEmpty() && !stopped) {
            failure = Optional.of(e);
            stop();
        }
    }
}
