package dev.unixsocket.services.events;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.connections.PerConnection;
import dev.unixsocket.services.server.StopSignals;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Broadcasts messages to whoever is connected to a channel. Publishing never waits for a
 * subscriber: what one has not taken waits in a queue of its own, which is bounded.
 *
 * <p>All subscribers get the messages in the same order. While there is none, the newest messages
 * are kept and go to the first who comes.
 *
 * <p>{@link EventServerBuilder} makes one.
 *
 * <p>Thread-safe. Callbacks run on the threads of the connections, several at once.
 */
public final class EventServer implements Closeable {

    /** Connections that do not subscribe, such as those of {@code uds events send}. */
    private static final int OTHER_CONNECTIONS = 8;

    private final EventServerBuilder.Terms terms;
    private final EventSocket socket;
    private final Channel channel;
    private final Callbacks callbacks = new Callbacks();
    private final PerConnection server;

    EventServer(EventServerBuilder.Terms terms, EventSocket socket) {
        this.terms = terms;
        this.socket = socket;
        this.channel = new Channel(terms.maxConnections(), terms.settings().messageQueueSize());
        this.server =
                new PerConnection(
                        socket.listener(),
                        terms.maxConnections() + OTHER_CONNECTIONS,
                        new ChannelProtocol(terms, channel, callbacks));
    }

    /** The name of the channel. */
    public String name() {
        return terms.name().text();
    }

    /** Where it listens; the port is the one that was chosen. */
    public Address address() {
        return socket.listener().address();
    }

    /** Serves on the calling thread until {@link #close}. */
    public void run() {
        server.run();
    }

    /** Serves on a thread of its own. */
    public EventServer start() {
        Thread.ofPlatform().name("events-" + terms.name()).daemon().start(this::run);
        return this;
    }

    /**
     * Runs something else meanwhile, and ends with it or at a signal; a service manager is told.
     */
    public void serve(StopSignals signals, Runnable meanwhile, Runnable stop) {
        start();
        socket.listener().serve(signals, meanwhile, stop);
    }

    /** Serves as {@code blocking_mode} in the settings says: {@link #run} or {@link #start}. */
    public void serve() {
        if (terms.settings().blockingMode()) {
            run();
        } else {
            start();
        }
    }

    /**
     * Broadcasts data, made now.
     *
     * @throws EventException.MessageInvalid if it has no form in MessagePack, or is too long
     */
    public void send(Map<String, Object> data) throws EventException.MessageInvalid {
        send(EventMessage.Type.DATA, data);
    }

    /** As {@link #send(Map)}, with the type of the message. */
    public void send(EventMessage.Type type, Map<String, Object> data)
            throws EventException.MessageInvalid {
        send(
                EventMessage.at(
                        Instant.now(),
                        terms.settings().timezone(),
                        terms.name().text(),
                        type,
                        data));
    }

    /** As {@link #send(Map)}, a message as it is. */
    public void send(EventMessage message) throws EventException.MessageInvalid {
        channel.broadcast(message.frame(terms.maxFrameBytes()));
    }

    /** To all but the client that sent it. */
    public void relay(EventMessage message, String senderId) throws EventException.MessageInvalid {
        channel.broadcastExcept(message.frame(terms.maxFrameBytes()), senderId);
    }

    /**
     * Sends a message to one subscriber.
     *
     * @param clientId as in {@link #clients}
     * @throws EventException.ConnectionFailed if it is not connected
     * @throws EventException.MessageInvalid as {@link #send(Map)}
     */
    public void sendTo(String clientId, EventMessage message) throws EventException {
        byte[] frame = message.frame(terms.maxFrameBytes());
        channel.subscriber(clientId)
                .orElseThrow(
                        () ->
                                new EventException.ConnectionFailed(
                                        "no client " + clientId + " is connected"))
                .deliver(frame);
    }

    /** Who subscribes now, and how each keeps up. */
    public List<EventClientInfo> clients() {
        return channel.subscribers().stream().map(EventConnection::info).toList();
    }

    /** Calls back for each subscriber that comes. */
    public EventServer onConnect(Consumer<EventClientInfo> callback) {
        callbacks.connected.add(callback);
        return this;
    }

    /** Calls back for each subscriber that has gone. */
    public EventServer onDisconnect(Consumer<EventClientInfo> callback) {
        callbacks.disconnected.add(callback);
        return this;
    }

    /** Calls back for each message of a client that is not of the control type. */
    public EventServer onMessage(BiConsumer<EventClientInfo, EventMessage> callback) {
        callbacks.received.add(callback);
        return this;
    }

    /** Calls back when a client has shut the server down, where that is allowed. */
    public EventServer onShutdown(Runnable callback) {
        callbacks.shutdown.add(callback);
        return this;
    }

    /**
     * Waits until there are so many subscribers.
     *
     * @throws EventException.TimeoutExpired if they do not come in time
     */
    public void awaitClients(int count, Duration timeout)
            throws EventException.TimeoutExpired, InterruptedException {
        if (!channel.awaitSubscribers(count, timeout)) {
            throw new EventException.TimeoutExpired(
                    "%d subscribers of %d came within %s"
                            .formatted(channel.subscribers().size(), count, timeout));
        }
    }

    /**
     * For a publisher that would rather wait than have messages dropped: waits until every
     * subscriber has room, but for none that has taken nothing for that long.
     */
    public void awaitRoom(Duration patience) throws InterruptedException {
        for (EventConnection subscriber : channel.subscribers()) {
            subscriber.queue().awaitRoom(patience.toNanos());
        }
    }

    /**
     * Stops: accepts no more, lets the subscribers have what waits for them as long as that takes
     * less than the default timeout, and removes the socket file if it is still this server's.
     */
    @Override
    public void close() throws IOException {
        server.stop();
        try {
            if (!channel.awaitNobody(terms.settings().defaultTimeout())) {
                channel.everybody().forEach(EventConnection::disconnect);
            }
        } catch (InterruptedException e) {
            channel.everybody().forEach(EventConnection::disconnect);
            Thread.currentThread().interrupt();
        } finally {
            socket.close();
        }
    }
}
