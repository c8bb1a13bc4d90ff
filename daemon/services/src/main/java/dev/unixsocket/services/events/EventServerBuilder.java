package dev.unixsocket.services.events;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.wire.FrameDecoder;

import java.io.IOException;

/** What an {@link EventServer} is made of: settings, and what they do not say. Not thread-safe. */
public final class EventServerBuilder {

    private final EventName name;
    private final EventSettings settings;
    private int maxFrameBytes = FrameDecoder.DEFAULT_MAX_FRAME_BYTES;
    private AccessPolicy policy = AccessPolicy.sameUser();
    private boolean allowsShutdown;

    /** What a server does, apart from where. */
    record Terms(
            EventName name,
            EventSettings settings,
            int maxConnections,
            int maxFrameBytes,
            boolean allowsShutdown) {}

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
        allowsShutdown = true;
        return this;
    }

    /**
     * Listens on {@code NAME.sock} in the socket directory.
     *
     * @throws IOException if that fails, or another process listens there
     */
    public EventServer listenUnix() throws IOException {
        prepareDirectory();
        Address address = Address.path(name.socket(settings.socketDir()));
        return on(
                Listener.open(
                        ListenerSpec.locked(address, policy)
                                .withMode(settings.socketPermissions())));
    }

    /** Makes the socket directory for this user alone; one that is there stays as it is. */
    public EventServerBuilder prepareDirectory() throws IOException {
        EventSocket.prepare(settings.socketDir());
        return this;
    }

    /** On a listener of AF_UNIX, which the server then closes; its policy counts. */
    public EventServer on(Listener listener) {
        return new EventServer(terms(Transport.UNIX), EventSocket.on(listener, settings));
    }

    /**
     * Listens on a TCP port of 127.0.0.1, and writes it to {@code NAME.json} in the socket
     * directory. Anyone on the machine can connect.
     *
     * @throws IOException if that fails, or no port is free
     */
    public EventServer listenTcp() throws IOException {
        return listenTcp(ListenerSpec.locked(Address.loopback(0), policy));
    }

    /** As {@link #listenTcp()}, with what the specification says, but for the port. */
    public EventServer listenTcp(ListenerSpec spec) throws IOException {
        return new EventServer(terms(Transport.TCP), EventSocket.tcp(name, settings, spec));
    }

    private Terms terms(Transport transport) {
        return new Terms(
                name, settings, settings.maxConnections(transport), maxFrameBytes, allowsShutdown);
    }
}
