package dev.unixsocket.services.events;

import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.ListenerPlan;
import dev.unixsocket.services.server.OpenListener;
import dev.unixsocket.services.wire.FrameDecoder;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What an {@link EventServer} is made of: settings, and what they do not say. Not thread-safe. */
public final class EventServerBuilder {

    private final EventName name;
    private final EventSettings settings;
    private int maxFrameBytes = FrameDecoder.DEFAULT_MAX_FRAME_BYTES;
    private AccessPolicy policy = AccessPolicy.sameUser();
    private final Set<ServerOptions.Permission> permissions =
            EnumSet.noneOf(ServerOptions.Permission.class);

    /**
     * A builder.
     *
     * @param name of the channel
     * @throws EventException.ValidationFailed if it is not one
     */
    public EventServerBuilder(String name, EventSettings settings)
            throws EventException.ValidationFailed {
        this.name = EventName.of(name);
        this.settings = settings;
        if (settings.allowClientSend()) {
            permissions.add(ServerOptions.Permission.SEND);
        }
    }

    /** Longest message in bytes, in either direction. Default: 10 MiB. */
    public EventServerBuilder maxFrameBytes(int bytes) {
        maxFrameBytes = bytes;
        return this;
    }

    /** Who may connect over AF_UNIX. Default: processes of the same user. */
    public EventServerBuilder policy(AccessPolicy policy) {
        this.policy = policy;
        return this;
    }

    /** Lets a client end the server by a control message. Default: it cannot. */
    public EventServerBuilder allowShutdown() {
        permissions.add(ServerOptions.Permission.SHUT_DOWN);
        return this;
    }

    /**
     * Listens on {@code NAME.sock} in the socket directory.
     *
     * @throws IOException if that fails, or another process listens there
     */
    public EventServer listenUnix() throws IOException {
        return new EventServer(
                name, options(Transport.UNIX), EventSocket.unix(name, settings, policy));
    }

    /** On a listener, which the server then closes; its policy counts. */
    public EventServer on(OpenListener open) {
        return new EventServer(name, options(Transport.UNIX), EventSocket.on(open, settings));
    }

    /**
     * Listens on a TCP port of 127.0.0.1, and writes it to {@code NAME.json} in the socket
     * directory. Anyone on the machine can connect.
     *
     * @throws IOException if that fails, or no port is free
     */
    public EventServer listenTcp() throws IOException {
        return listenTcp(
                new EventSocket.TcpPlan(
                        ListenerPlan.Locking.LOCK_FILE,
                        List.of(),
                        port -> OpenListener.open(ListenerPlan.locked(port, policy))));
    }

    /** As {@link #listenTcp()}, the way that the plan says. */
    public EventServer listenTcp(EventSocket.TcpPlan plan) throws IOException {
        return new EventServer(name, options(Transport.TCP), EventSocket.tcp(name, settings, plan));
    }

    private ServerOptions options(Transport transport) {
        return new ServerOptions(
                settings.maxConnections(transport),
                settings.messageQueueSize(),
                settings.clientQueueSize(),
                settings.slowSubscriber(),
                maxFrameBytes,
                ServerOptions.IO_TIMEOUT,
                settings.defaultTimeout(),
                settings.timezone(),
                settings.blockingMode()
                        ? ServerOptions.Mode.BLOCKING
                        : ServerOptions.Mode.BACKGROUND,
                permissions);
    }
}
