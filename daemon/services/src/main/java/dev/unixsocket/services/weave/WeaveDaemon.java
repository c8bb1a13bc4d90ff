package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.OpenListener;
import dev.unixsocket.services.server.Server;
import dev.unixsocket.services.server.ServiceManager;
import dev.unixsocket.services.server.StopSignals;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    public static final int DIRECTORY_MODE = 0700;
    public static final int SOCKET_MODE = 0600;

    private final OpenListener listener;
    private final Server server;

    /**
     * What can be chosen.
     *
     * @param readTimeout for a whole request
     * @param writeTimeout for a whole response
     * @param backlog how many connections may wait to be accepted
     * @param workers how many are served at once
     */
    public record Options(Duration readTimeout, Duration writeTimeout, int backlog, int workers) {

        /** What the C original does. */
        public static final Options DEFAULT =
                new Options(Duration.ofSeconds(60), Duration.ofSeconds(5), 5, 1);
    }

    private WeaveDaemon(OpenListener listener, Server server) {
        this.listener = listener;
        this.server = server;
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
        List<WeaveHandler> handlers = handlers(options, backends);
        Address.path(socket); // a path that no socket can have leaves no directory behind
        SocketFile.prepareDirectory(socket.getParent(), DIRECTORY_MODE);
        SocketFile file = listen(socket, options.backlog());
        ServiceManager manager = new ServiceManager(System.getenv());
        return on(OpenListener.on(file, AccessPolicy.sameUser(), manager), options, handlers);
    }

    private static SocketFile listen(Path socket, int backlog) throws IOException {
        try (var _ = new StartLimit(socket)) {
            return SocketFile.listen(socket, SOCKET_MODE, backlog);
        }
    }

    /**
     * A handler with a backend for each worker. To be made before the socket: a backend may take
     * its time, or fail, and meanwhile nobody should be able to connect.
     */
    public static List<WeaveHandler> handlers(
            Options options, Supplier<? extends GenerateBackend> backends) {
        return Stream.generate(backends)
                .limit(options.workers())
                .map(
                        backend ->
                                new WeaveHandler(
                                        backend, options.readTimeout(), options.writeTimeout()))
                .toList();
    }

    /** A daemon on a listener that is open already. */
    public static WeaveDaemon on(
            OpenListener listener, Options options, List<WeaveHandler> handlers) {
        Server server =
                new Server(
                        listener.listener(),
                        listener.policy(),
                        options.readTimeout(),
                        options.writeTimeout(),
                        handlers);
        LOG.log(Level.INFO, () -> "listening on " + listener.address());
        return new WeaveDaemon(listener, server);
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
