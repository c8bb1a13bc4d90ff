package dev.unixsocket.services.observatory;

import dev.unixsocket.services.connections.Loop;
import dev.unixsocket.services.connections.LoopConnection;
import dev.unixsocket.services.connections.OutboundQueue;
import dev.unixsocket.services.server.Listener;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The engine of our own: a {@link Loop}, senders, and readers. */
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
            Loop loop = new Loop(settings.shortestLimit());
            try {
                return new FfmEngine(loop, senders, readers, settings);
            } catch (IOException | RuntimeException | Error e) {
                loop.close();
                throw e;
            }
        }
    }

    private final Loop loop;
    private final Settings settings;
    private final Set<Reader> readers = new LinkedHashSet<>();
    private Routes routes;

    private FfmEngine(Loop loop, Listener senders, Optional<Listener> readers, Settings settings)
            throws IOException {
        this.loop = loop;
        this.settings = settings;
        loop.accept(senders, connection -> new HttpConnection(connection, this));
        if (readers.isPresent()) {
            loop.accept(readers.get(), Reader::new);
        }
    }

    @Override
    public void broadcast(byte[] event) {
        for (Reader reader : List.copyOf(readers)) {
            reader.take(event);
        }
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void run(Routes routes) throws IOException {
        this.routes = routes;
        try (loop) {
            loop.run(Limits.STOP);
        }
    }

    @Override
    public void stop() {
        loop.stop();
    }

    boolean isStopping() {
        return loop.isStopping();
    }

    Routes routes() {
        return routes;
    }

    Settings settings() {
        return settings;
    }

    /** A reader, which has nothing to say. */
    private final class Reader implements Loop.Handler {

        private final LoopConnection connection;
        private final OutboundQueue queue;
        private final LossLog losses;

        Reader(LoopConnection connection) {
            this.connection = connection;
            this.queue =
                    OutboundQueue.droppingUntilHalfEmpty(
                                    Limits.QUEUE_BYTES, routes.memory().ofReaders())
                            .count(connection.meter());
            this.losses = LossLog.ofReader(connection.peer());
            readers.add(this);
        }

        void take(byte[] event) {
            losses.offered(connection.send(event));
        }

        @Override
        public OutboundQueue queue() {
            return queue;
        }

        @Override
        public boolean receivesWhileSending() {
            return true;
        }

        @Override
        public void received(ByteBuffer nothing) {}

        /** It sends nothing, which is not to say that it reads no more. */
        @Override
        public void inputEnded() {}

        @Override
        public void finish() {
            connection.closeWhenFlushed();
        }

        @Override
        public void closed() {
            readers.remove(this);
            queue.abandon();
            losses.gone();
        }
    }
}
