package dev.unixsocket.services.events;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.services.wire.FrameDecoder;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What an {@link EventClient} is made of. Not thread-safe. */
public final class EventClientBuilder {

    private final EventName name;
    private final EventSettings settings;
    private int maxFrameBytes = FrameDecoder.DEFAULT_MAX_FRAME_BYTES;
    private Optional<Duration> reconnectDelay;
    private Set<EventMessage.Type> types = EnumSet.allOf(EventMessage.Type.class);

    /** Where a server is; asked again for each connection, since a port may change. */
    @FunctionalInterface
    interface Locator {
        Address find() throws IOException;
    }

    /**
     * What a client does, apart from where.
     *
     * @param maxFrameBytes longest message
     * @param reconnectDelay how long to wait before connecting again; empty: it does not
     * @param types which messages are received
     */
    record Terms(
            EventName name,
            Locator locator,
            EventSettings settings,
            int maxFrameBytes,
            Optional<Duration> reconnectDelay,
            Set<EventMessage.Type> types) {}

    /**
     * A builder.
     *
     * @param name of the channel
     * @throws EventException.ValidationFailed if it is not one
     */
    public EventClientBuilder(String name, EventSettings settings)
            throws EventException.ValidationFailed {
        this.name = EventName.of(name);
        this.settings = settings;
        this.reconnectDelay = Optional.of(settings.reconnectDelay());
    }

    /** Longest message in bytes. Default: 10 MiB. */
    public EventClientBuilder maxFrameBytes(int bytes) {
        maxFrameBytes = bytes;
        return this;
    }

    /** How long to wait before connecting again. Default: as in the settings, 1 s. */
    public EventClientBuilder reconnectAfter(Duration delay) {
        reconnectDelay = Optional.of(delay);
        return this;
    }

    /** Does not connect again when the connection is lost. Default: it does. */
    public EventClientBuilder withoutReconnect() {
        reconnectDelay = Optional.empty();
        return this;
    }

    /** Receives messages of these types only. Default: all. */
    public EventClientBuilder only(Set<EventMessage.Type> types) {
        this.types = EnumSet.copyOf(types);
        return this;
    }

    /** A client of {@code NAME.sock} in the socket directory. */
    public EventClient unix() {
        return client(Optional.of(Transport.UNIX));
    }

    /** A client of the TCP port in {@code NAME.json} in the socket directory. */
    public EventClient tcp() {
        return client(Optional.of(Transport.TCP));
    }

    /** A client of a TCP port of 127.0.0.1. */
    public EventClient tcp(int port) {
        Address address = Address.loopback(port);
        return new EventClient(terms(() -> address));
    }

    /** Without a transport: of whichever is there. */
    public EventClient client(Optional<Transport> transport) {
        return new EventClient(terms(locator(transport)));
    }

    /**
     * A connection that sends and asks, but does not subscribe. A server that does not hold the
     * lock of its channel is taken for one of another program, which is sent nothing but the
     * messages.
     */
    public EventPublisher publisher(Optional<Transport> transport) throws EventException {
        return EventPublisher.open(terms(locator(transport)), holdsLock());
    }

    /** As {@link #publisher(Optional)}, to a TCP port of 127.0.0.1. */
    public EventPublisher publisher(int port) throws EventException {
        Address address = Address.loopback(port);
        return EventPublisher.open(terms(() -> address), false);
    }

    /**
     * A connection to a server of this library's that asks; another one would take the questions
     * for messages.
     */
    public EventPublisher inquirer(Optional<Transport> transport) throws EventException {
        return EventPublisher.open(terms(locator(transport)), true);
    }

    /** As {@link #inquirer(Optional)}, to a TCP port of 127.0.0.1. */
    public EventPublisher inquirer(int port) throws EventException {
        Address address = Address.loopback(port);
        return EventPublisher.open(terms(() -> address), true);
    }

    private boolean holdsLock() {
        try {
            return LockFile.holder(LockFile.of(name.socket(settings.socketDir()))).isPresent();
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private Locator locator(Optional<Transport> transport) {
        return () -> {
            boolean tcp = transport.map(Transport.TCP::equals).orElseGet(this::isOnlyThereOverTcp);
            return tcp
                    ? TcpSidecar.read(name, settings.socketDir())
                    : Address.path(name.socket(settings.socketDir()));
        };
    }

    private boolean isOnlyThereOverTcp() {
        return !Files.exists(name.socket(settings.socketDir()))
                && Files.exists(name.sidecar(settings.socketDir()));
    }

    private Terms terms(Locator locator) {
        return new Terms(name, locator, settings, maxFrameBytes, reconnectDelay, types);
    }
}
