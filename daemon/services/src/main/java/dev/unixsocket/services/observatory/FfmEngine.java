package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.Poller;
import dev.unixsocket.services.server.AcceptFailure;
import dev.unixsocket.services.server.Listener;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One thread that waits for all sockets at once and never for one of them: a readiness loop.
 *
 * <p>A request costs the calls that it must: the wait that says it is there, {@code recv}, whatever
 * the outputs write, {@code send}; a connection costs {@code accept}, {@code getsockopt} for the
 * sender's credentials, {@code epoll_ctl}, and {@code close}.
 */
final class FfmEngine implements Engine {

    /** Makes it. */
    public static final class Factory implements EngineFactory {

        /** Made by {@link java.util.ServiceLoader}. */
        public Factory() {}

        @Override
        public String name() {
            return "ffm";
        }

        @Override
        public Engine open(Listener senders, Optional<Listener> readers, Settings settings)
                throws IOException {
            return new FfmEngine(senders, readers, settings);
        }
    }

    /** How often to look for connections whose time is over. */
    private static final Duration LONGEST_SWEEP_INTERVAL = Duration.ofSeconds(1);

    private final Poller poller;
    private final FfmAcceptor senders;
    private final FfmReaders readers;
    private final Duration requestLimit;
    private final BodyMemory bodyMemory;
    private final Duration sweepInterval;
    private final IoBuffer buffer = new IoBuffer();
    private final Set<FfmConnection> connections = new LinkedHashSet<>();

    private Routes routes;
    private long nextSweep = System.nanoTime();
    private volatile boolean stopping;

    FfmEngine(Listener senders, Optional<Listener> readers, Settings settings) throws IOException {
        this.requestLimit = settings.requestLimit();
        this.bodyMemory = new BodyMemory(settings.bodyBytes());
        this.sweepInterval = min(LONGEST_SWEEP_INTERVAL, requestLimit.dividedBy(4));
        poller = Poller.open();
        this.senders =
                new FfmAcceptor(
                        poller,
                        senders,
                        (socket, peer) -> connections.add(new FfmConnection(socket, peer, this)));
        this.readers = new FfmReaders(poller, readers, buffer);
    }

    @Override
    public void broadcast(byte[] event) {
        readers.broadcast(event);
    }

    @Override
    public void run(Routes routes) throws IOException {
        this.routes = routes;
        try {
            while (!stopping) {
                waitAndServe();
            }
            finish();
        } finally {
            senders.close();
            List.copyOf(connections).forEach(FfmConnection::close);
            readers.close();
            poller.close();
        }
    }

    @Override
    public void stop() {
        if (!stopping) {
            stopping = true;
            poller.wakeUp();
        }
    }

    /** Waits without limit when there is nothing that can run out of time. */
    private void waitAndServe() throws IOException {
        boolean paused = senders.isPaused() || readers.isPaused();
        if (paused) {
            poller.dispatch(AcceptFailure.SHORTAGE_PAUSE);
            senders.resume();
            readers.resume();
        } else if (connections.isEmpty()) {
            poller.dispatch();
        } else {
            poller.dispatch(sweepInterval);
        }
        long now = System.nanoTime();
        if (now - nextSweep >= 0) {
            nextSweep = now + sweepInterval.toNanos();
            List.copyOf(connections).forEach(connection -> connection.checkTime(now));
        }
    }

    /** Those who connected before the end are served; those who have not begun are not awaited. */
    private void finish() throws IOException {
        long deadline = System.nanoTime() + Limits.STOP.toNanos();
        senders.finish();
        readers.acceptNoMore();
        List.copyOf(connections).forEach(FfmConnection::finish);
        long left = Limits.STOP.toNanos();
        while (left > 0 && !(connections.isEmpty() && readers.haveEverything())) {
            poller.dispatch(Duration.ofNanos(left));
            left = deadline - System.nanoTime();
        }
    }

    Routes routes() {
        return routes;
    }

    Poller poller() {
        return poller;
    }

    IoBuffer buffer() {
        return buffer;
    }

    BodyMemory bodyMemory() {
        return bodyMemory;
    }

    Duration requestLimit() {
        return requestLimit;
    }

    boolean isStopping() {
        return stopping;
    }

    void forget(FfmConnection connection) {
        connections.remove(connection);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
