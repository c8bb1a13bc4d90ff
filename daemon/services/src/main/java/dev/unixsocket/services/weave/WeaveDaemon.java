package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Calls;
import dev.unixsocket.ffi.FileAccess;
import dev.unixsocket.ffi.SharedMemoryLimit;
import dev.unixsocket.ffi.Waiting;
import dev.unixsocket.services.connections.Workers;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.ServiceManager;
import dev.unixsocket.services.server.StopSignals;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The daemon: the socket file, and the server on it. {@link #open} binds, {@link #run} serves until
 * {@link #stop}, {@link #close} unlinks.
 *
 * <p>{@link #run} belongs to one thread, the other methods may be called from any.
 */
public final class WeaveDaemon implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.weave");

    /** Of the directory of the socket. */
    public static final int DIRECTORY_MODE = 0700;

    /** Of the socket. */
    public static final int SOCKET_MODE = 0600;

    /** How many connections may wait to be accepted. */
    public static final int BACKLOG = 5;

    private final Listener listener;
    private final Workers server;

    /**
     * What can be chosen, but for the listener.
     *
     * @param readTimeout for a whole request
     * @param writeTimeout for a whole response
     * @param workers how many connections are served at once
     * @param waiting how they wait for connections and for bytes
     * @param sharedMemory what all connections may share with their clients together; empty if
     *     offers are not accepted
     */
    public record Options(
            Duration readTimeout,
            Duration writeTimeout,
            int workers,
            Waiting waiting,
            Optional<SharedMemoryLimit> sharedMemory) {

        /** What the C original does. */
        public static final Options DEFAULT =
                new Options(
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(5),
                        1,
                        Waiting.block(),
                        Optional.empty());
    }

    /** Makes a listener. */
    @FunctionalInterface
    public interface Opener {
        /** Makes it. */
        Listener open() throws IOException;
    }

    private WeaveDaemon(Listener listener, Workers server) {
        this.listener = listener;
        this.server = server;
    }

    /**
     * The listener of the C original: its calls, its modes, and nothing beside its socket.
     *
     * @param socket the path of the socket, from {@link WeaveSocket#path}
     */
    public static ListenerSpec listener(Path socket) {
        return new ListenerSpec(
                Address.path(socket),
                FileAccess.of(SOCKET_MODE),
                Optional.of(FileAccess.of(DIRECTORY_MODE)),
                Calls.PLAIN,
                BACKLOG,
                ListenerSpec.Locking.NONE,
                AccessPolicy.sameUser(),
                Optional.empty(),
                Optional.empty(),
                new ServiceManager(System.getenv()));
    }

    /**
     * Prepares the socket's directory and binds, with the backend that is on the module path.
     *
     * @param socket the path of the socket, from {@link WeaveSocket#path}
     * @throws dev.unixsocket.ffi.AlreadyListeningException if a daemon listens there
     * @throws IOException if the socket cannot be made
     */
    public static WeaveDaemon open(Path socket, Options options) throws IOException {
        return open(socket, options, Backends.find());
    }

    /** As {@link #open(Path, Options)}, with a backend of the caller's for each worker. */
    public static WeaveDaemon open(
            Path socket, Options options, Supplier<? extends GenerateBackend> backends)
            throws IOException {
        return open(() -> Listener.open(listener(socket)), options, backends);
    }

    /** As {@link #open(Path, Options)}, on a listener that is made after the backends. */
    public static WeaveDaemon open(Opener opener, Options options) throws IOException {
        return open(opener, options, Backends.find());
    }

    /**
     * A daemon on a listener, which it then closes. The listener is made after the backends: one
     * may take its time, or fail, and meanwhile nobody should be able to connect.
     */
    public static WeaveDaemon open(
            Opener opener, Options options, Supplier<? extends GenerateBackend> backends)
            throws IOException {
        List<WeaveProtocol> protocols =
                Stream.generate(backends)
                        .limit(options.workers())
                        .map(
                                backend ->
                                        new WeaveProtocol(
                                                backend,
                                                options.readTimeout(),
                                                options.writeTimeout(),
                                                options.sharedMemory()))
                        .toList();
        Listener listener = opener.open();
        listener.socket().waiting(options.waiting());
        LOG.log(Level.INFO, () -> "listening on " + listener.address());
        return new WeaveDaemon(listener, new Workers(listener, protocols, shortest(options)));
    }

    private static Duration shortest(Options options) {
        return options.readTimeout().compareTo(options.writeTimeout()) < 0
                ? options.readTimeout()
                : options.writeTimeout();
    }

    /** Serves until {@link #stop}. */
    public void run() {
        server.run();
    }

    /** As {@link #run}, until SIGTERM or SIGINT; tells a service manager about it. */
    public void serve(StopSignals signals) {
        listener.serve(signals, server::run, server::stop);
    }

    /** Lets {@link #run} return after the request in hand. */
    public void stop() {
        server.stop();
    }

    /** Closes the listener and unlinks the socket file if it is still this daemon's. */
    @Override
    public void close() throws IOException {
        listener.close();
        LOG.log(Level.INFO, "stopped");
    }
}
