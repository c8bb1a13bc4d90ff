package dev.unixsocket.services.observatory;

import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.StopSignals;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The service: its listeners, and the engine on them. {@link #run} serves until {@link #stop},
 * {@link #close} sees to it that the socket files are gone.
 */
public final class Observatory implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    /** How long to wait for the engine, which needs no longer to stop. */
    private static final Duration PATIENCE = Limits.STOP.plusMillis(200);

    private final Listener senders;
    private final Optional<Listener> readers;
    private final Engine engine;
    private final Events events;
    private final Routes routes;
    private final CountDownLatch stopAsked = new CountDownLatch(1);

    private Observatory(
            Listener senders, Optional<Listener> readers, Engine engine, Settings settings) {
        this.senders = senders;
        this.readers = readers;
        this.engine = engine;
        Memory memory = new Memory(settings.memoryBytes());
        Outputs outputs = new Outputs(engine, settings, readers.isPresent(), this::stop);
        this.events = new Events(engine, outputs, memory);
        this.routes = new Routes(events, Clock.systemUTC(), memory, senders.meter());
    }

    /**
     * Puts the engine on listeners, which {@link #close} then closes.
     *
     * @param senders where requests come to
     * @param readers where readers come to
     * @throws IOException if the engine cannot be made; the listeners are closed
     */
    public static Observatory open(
            Listener senders, Optional<Listener> readers, Settings settings, EngineFactory factory)
            throws IOException {
        try {
            Engine engine = factory.open(senders, readers, settings);
            LOG.log(Level.INFO, () -> "listening on " + senders.address());
            readers.ifPresent(
                    output ->
                            LOG.log(
                                    Level.INFO,
                                    "listening on " + output.address() + " for readers"));
            return new Observatory(senders, readers, engine, settings);
        } catch (IOException | RuntimeException | Error e) {
            close(senders, readers);
            throw e;
        }
    }

    /**
     * As {@link #run()}; signals stop it, and the service manager is told.
     *
     * @param signals installed before anything was opened
     */
    public void run(StopSignals signals) throws IOException {
        readers.ifPresent(senders::renewToo);
        try {
            senders.serve(
                    signals,
                    () -> {
                        try {
                            run();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    this::stop);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Serves until {@link #stop}, or until standard output is closed and there is no other output.
     * The engine has a thread of its own, which is waited for no longer than it may take to stop.
     */
    public void run() throws IOException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("observatory")
                        .start(
                                () -> {
                                    try {
                                        engine.run(routes);
                                    } catch (Throwable t) {
                                        failure.set(t);
                                    } finally {
                                        stop();
                                    }
                                });
        try {
            stopAsked.await();
            unlink();
            engine.stop();
            if (!thread.join(PATIENCE)) {
                LOG.log(Level.WARNING, "the engine does not stop; requests in hand are lost");
            }
            events.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case UncheckedIOException e -> throw e.getCause();
            case Throwable t -> throw new IllegalStateException("the engine failed", t);
        }
    }

    /** Lets {@link #run} return. From any thread; a second call does nothing. */
    public void stop() {
        stopAsked.countDown();
    }

    private void unlink() throws IOException {
        senders.unlink();
        if (readers.isPresent()) {
            readers.get().unlink();
        }
    }

    @Override
    public void close() throws IOException {
        close(senders, readers);
        LOG.log(Level.INFO, "stopped");
    }

    private static void close(Listener senders, Optional<Listener> readers) throws IOException {
        try (senders) {
            if (readers.isPresent()) {
                readers.get().close();
            }
        }
    }
}
