package dev.unixsocket.daemon.server;

import dev.unixsocket.ffi.StreamListener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Workers that accept on one listener. One worker serves one connection at a time; with one, which
 * is the default of every service that stands in for a serial original, connections are served in
 * the order in which they came.
 *
 * <p>Thread-safe. The listener stays its owner's.
 */
public final class Server {

    private final StreamListener listener;
    private final List<AcceptLoop> workers = new ArrayList<>();
    private boolean stopped;

    /**
     * A server that has not started.
     *
     * @param listener where connections come to; already listening
     * @param policy who may connect
     * @param readTimeout {@code SO_RCVTIMEO} of each connection; zero means no limit
     * @param writeTimeout {@code SO_SNDTIMEO} of each connection; zero means no limit
     * @param handlers makes the handler of each worker
     * @param workers how many there are, at least 1
     */
    public Server(
            StreamListener listener,
            AccessPolicy policy,
            Duration readTimeout,
            Duration writeTimeout,
            Supplier<? extends ConnectionHandler> handlers,
            int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("a server has at least 1 worker, not " + workers);
        }
        this.listener = listener;
        for (int i = 0; i < workers; i++) {
            this.workers.add(
                    new AcceptLoop(listener, policy, readTimeout, writeTimeout, handlers.get()));
        }
    }

    /**
     * Serves until {@link #stop}: the calling thread is the first worker, the others are platform
     * threads, since a blocking system call would pin a virtual one. Returns when the last has
     * ended.
     */
    public void run() {
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < workers.size(); i++) {
            others.add(Thread.ofPlatform().name("worker-" + (i + 1)).start(workers.get(i)));
        }
        workers.getFirst().run();
        synchronized (this) { // when this returns, nobody is on the listener any more
            if (!stopped) {
                stop(); // a first worker that gave up must not leave the others behind
            }
        }
        others.forEach(Server::joinUninterruptibly);
    }

    /**
     * Accepts no more, and lets {@link #run} return once the requests in hand are answered, which
     * takes no longer than the timeouts allow. A peer that is connected but begins no request is
     * let go of after half a second, for which this call waits. A second call does no harm.
     */
    public synchronized void stop() {
        stopped = true;
        workers.forEach(AcceptLoop::stop);
        listener.stop();
        workers.forEach(AcceptLoop::letGoOfIdlePeer);
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
