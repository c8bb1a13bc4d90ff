package dev.unixsocket.daemon.observatory;

import dev.unixsocket.daemon.server.ListenerPlan;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The service: its socket files, and the engine on them. {@link #open} binds, {@link #run} serves
 * until {@link #stop}, {@link #close} sees to it that the files are gone.
 */
final class Observatory implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    /** How long to wait for the engine, which needs no longer to stop unless an output is stuck. */
    private static final Duration PATIENCE = Limits.STOP.plusMillis(200);

    private final OwnedSocket senders;
    private final Optional<OwnedSocket> readers;
    private final Engine engine;
    private final Routes routes;
    private final CountDownLatch stopAsked = new CountDownLatch(1);

    private Observatory(
            OwnedSocket senders, Optional<OwnedSocket> readers, Engine engine, Settings settings) {
        this.senders = senders;
        this.readers = readers;
        this.engine = engine;
        Optional<StandardOutput> standardOutput =
                settings.standardOutput()
                        ? Optional.of(StandardOutput.open(System.getenv()))
                        : Optional.empty();
        Optional<Outputs.Readers> readerOutput =
                readers.isPresent() ? Optional.of(engine) : Optional.empty();
        Outputs outputs = new Outputs(settings.format(), standardOutput, readerOutput, this::stop);
        this.routes = new Routes(outputs, Clock.systemUTC());
    }

    /**
     * Binds the sockets.
     *
     * @throws dev.unixsocket.ffi.AlreadyListeningException if another process listens there
     * @throws IOException if a socket cannot be made
     */
    static Observatory open(Settings settings, Engine.Kind kind) throws IOException {
        OwnedSocket senders = listen(settings.socket(), settings.mode(), settings.locking());
        Optional<OwnedSocket> readers = Optional.empty();
        try {
            if (settings.outputSocket().isPresent()) {
                readers =
                        Optional.of(
                                listen(
                                        settings.outputSocket().get(),
                                        settings.outputMode(),
                                        settings.locking()));
            }
            Engine engine =
                    kind.open(senders.listener(), readers.map(OwnedSocket::listener), settings);
            return new Observatory(senders, readers, engine, settings);
        } catch (IOException | RuntimeException | Error e) {
            senders.close();
            if (readers.isPresent()) {
                readers.get().close();
            }
            throw e;
        }
    }

    private static OwnedSocket listen(Path path, int mode, ListenerPlan.Locking locking)
            throws IOException {
        OwnedSocket socket = OwnedSocket.open(path, mode, locking);
        LOG.log(Level.INFO, () -> "listening on " + path);
        return socket;
    }

    /**
     * Serves until {@link #stop}, or until standard output is closed and there is no other output.
     * The engine has a thread of its own, so that one that is stuck in writing to standard output
     * cannot keep the service from stopping.
     */
    void run() throws IOException {
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
                LOG.log(Level.WARNING, "an output is stuck; events that it was to take are lost");
            }
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
    void stop() {
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
        try {
            senders.close();
        } finally {
            if (readers.isPresent()) {
                readers.get().close();
            }
        }
        LOG.log(Level.INFO, "stopped");
    }
}
