package dev.unixsocket.services.ipc;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SharedMemoryLimit;
import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.connections.PerConnection;
import dev.unixsocket.services.connections.Protocol;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.services.wire.FrameWriter;
import dev.unixsocket.services.wire.LingeringClose;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Answers messages of the LiteBase protocol, each by the handler of its type. {@code health_check}
 * has one from the start. Connections are served side by side; the messages of each are answered in
 * order.
 *
 * <p>Thread-safe.
 */
public final class IpcServer implements Closeable {

    private final Listener listener;
    private final PerConnection server;

    private IpcServer(Listener listener, PerConnection server) {
        this.listener = listener;
        this.server = server;
    }

    /** What a server is made of. */
    public static Builder builder() {
        return new Builder();
    }

    /** What a server is made of; confined to one thread. */
    public static final class Builder {

        private final Map<String, IpcHandler> handlers = new TreeMap<>();
        private AccessPolicy policy = AccessPolicy.sameUser();
        private int maxConnections = 64;
        private IpcLimits limits = IpcLimits.DEFAULT;
        private Optional<SharedMemoryLimit> sharedMemory = Optional.empty();

        private Builder() {
            handlers.put(IpcMessage.HEALTH_CHECK, new HealthHandler());
        }

        /** Answers the messages of a type by a handler, in place of an earlier one for it. */
        public Builder on(String type, IpcHandler handler) {
            handlers.put(type, handler);
            return this;
        }

        /**
         * Adds the handlers of every {@link IpcHandlerProvider} on the module path.
         *
         * @param settings what they are told
         * @throws IOException if a setting names what cannot be used
         */
        public Builder provided(Map<String, String> settings) throws IOException {
            for (IpcHandlerProvider provider : ServiceLoader.load(IpcHandlerProvider.class)) {
                provider.handlers(settings).forEach(this::on);
            }
            return this;
        }

        /** The types of the messages that are answered, sorted. */
        public List<String> types() {
            return List.copyOf(handlers.keySet());
        }

        /** Who may connect over AF_UNIX. Default: processes of the same user. */
        public Builder policy(AccessPolicy policy) {
            this.policy = policy;
            return this;
        }

        /** How many connections are served at once. Default: 64. */
        public Builder maxConnections(int maxConnections) {
            this.maxConnections = maxConnections;
            return this;
        }

        /** The longest frame, and how long things may take. Default: {@link IpcLimits#DEFAULT}. */
        public Builder limits(IpcLimits limits) {
            this.limits = limits;
            return this;
        }

        /**
         * Accepts shared memory from clients that offer it. Default: they go on with the socket.
         *
         * @param limit of what all connections have together; what is more is declined
         */
        public Builder sharedMemory(SharedMemoryLimit limit) {
            this.sharedMemory = Optional.of(limit);
            return this;
        }

        /**
         * Binds and listens.
         *
         * @param address the path of a socket file, which gets the mode 0600 and a lock file, or an
         *     abstract name, or a loopback port
         * @throws IOException if that fails, or another process listens there
         */
        public IpcServer listen(Address address) throws IOException {
            return on(Listener.open(ListenerSpec.locked(address, policy)));
        }

        /** Serves on a listener, which the server then closes; its policy counts. */
        public IpcServer on(Listener listener) {
            Protocol protocol = new IpcProtocol(Map.copyOf(handlers), limits, sharedMemory);
            return new IpcServer(listener, new PerConnection(listener, maxConnections, protocol));
        }
    }

    /** Where it listens; the port is the one that was chosen. */
    public Address address() {
        return listener.address();
    }

    /** Serves on the calling thread until {@link #stop}. */
    public void run() {
        server.run();
    }

    /** Serves until a signal; the service manager is told. */
    public void run(StopSignals signals) {
        listener.serve(signals, server::run, server::stop);
    }

    /** Serves on a thread of its own. */
    public IpcServer start() {
        Thread.ofPlatform().name("ipc-server").daemon().start(this::run);
        return this;
    }

    /** Lets {@link #run} return once the requests in hand are answered. */
    public void stop() {
        server.stop();
    }

    /** Stops, and removes the socket file if it is still this server's. */
    @Override
    public void close() throws IOException {
        server.stop();
        listener.close();
    }

    private record IpcProtocol(
            Map<String, IpcHandler> handlers,
            IpcLimits limits,
            Optional<SharedMemoryLimit> sharedMemory)
            implements Protocol {

        @Override
        public void serve(Connection connection) throws IOException {
            sharedMemory.ifPresent(connection::acceptSharedMemory);
            new IpcConnection(connection, handlers, limits).serve();
        }

        @Override
        public void refuse(Connection connection) throws IOException {
            IpcResponse response =
                    IpcResponse.error(
                            IpcResponse.UNAVAILABLE, "too many connections", "try again later");
            FrameWriter writer = new FrameWriter(connection.socket(), LingeringClose.LIMIT);
            writer.add(IpcMessage.unasked(response).frame());
            writer.flush();
            LingeringClose.begin(connection.socket(), LingeringClose.LIMIT);
        }
    }
}
