package dev.unixsocket.services.server;

import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.SyscallException;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Workers that accept on one listener. One worker serves one connection at a time; with one, which
 * is the default of every service that stands in for a serial original, connections are served in
 * the order in which they came.
 *
 * <p>Thread-safe. The listener stays its owner's.
 */
public final class Server {

    /** How long a peer may be idle once the server stops. */
    private static final Duration IDLE_GRACE = Duration.ofMillis(500);

    private final StreamListener listener;
    private final List<AcceptLoop> workers;
    private final Watchdog watchdog;
    private boolean stopped;
    private Optional<SyscallException> failure = Optional.empty();

    /**
     * A server that has not started.
     *
     * @param listener where connections come to; already listening
     * @param policy who may connect
     * @param readTimeout {@code SO_RCVTIMEO} of each connection; more than 0
     * @param writeTimeout {@code SO_SNDTIMEO} of each connection; more than 0
     * @param handlers one for each worker, at least 1
     */
    public Server(
            StreamListener listener,
            AccessPolicy policy,
            Duration readTimeout,
            Duration writeTimeout,
            List<? extends ConnectionHandler> handlers) {
        if (handlers.isEmpty()) {
            throw new IllegalArgumentException("a server has at least 1 worker");
        }
        this.listener = listener;
        this.workers =
                handlers.stream()
                        .map(
                                handler ->
                                        new AcceptLoop(
                                                listener,
                                                policy,
                                                readTimeout,
                                                writeTimeout,
                                                handler,
                                                this::giveUp))
                        .toList();
        this.watchdog =
                new Watchdog(
                        workers.stream().map(AcceptLoop::limit).toList(),
                        readTimeout.compareTo(writeTimeout) < 0 ? readTimeout : writeTimeout);
    }

    /**
     * Serves until {@link #stop}: the calling thread is the first worker, the others are platform
     * threads, since a blocking system call would pin a virtual one. Returns when the last has
     * ended.
     *
     * @throws UncheckedIOException if connections can be accepted no more
     */
    public void run() {
        Thread watching = Thread.ofPlatform().name("watchdog").daemon().start(watchdog);
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < workers.size(); i++) {
            others.add(Thread.ofPlatform().name("worker-" + (i + 1)).start(workers.get(i)));
        }
        workers.getFirst().run();
        others.forEach(ThreadEnd::await);
        watchdog.stop();
        LockSupport.unpark(watching);
        synchronized (this) { // when this returns, nobody is on the listener any more
            failure.ifPresent(
                    e -> {
                        throw new UncheckedIOException(e);
                    });
        }
    }

    /**
     * Accepts no more, and lets {@link #run} return once the requests in hand are answered, which
     * takes no longer than the timeouts allow. A peer that is connected but begins no request is
     * let go of after half a second, for which this call waits. A second call does no harm.
     */
    public synchronized void stop() {
        if (!stopped) {
            stopped = true;
            workers.forEach(AcceptLoop::stop);
            listener.stop();
        }
        long end = System.nanoTime() + IDLE_GRACE.toNanos();
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
