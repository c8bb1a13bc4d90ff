package dev.unixsocket.services.events;

import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.connections.OutboundQueue;
import dev.unixsocket.services.connections.Protocol;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.FrameWriter;
import dev.unixsocket.services.wire.LingeringClose;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a server does with its connections: gives each an id, answers their control messages, and
 * tells the callbacks of everything else.
 *
 * <p>Thread-safe.
 */
final class ChannelProtocol implements Protocol {

    /** How long a frame that has begun may take, and a peer to accept a batch. */
    static final Duration IO_TIMEOUT = Duration.ofSeconds(30);

    /** What waits for one subscriber has at most so many bytes, or is one message. */
    private static final long CLIENT_QUEUE_BYTES = 16L * 1024 * 1024;

    private static final String NOT_ALLOWED = "not_allowed";

    private final EventServerBuilder.Terms terms;
    private final Channel channel;
    private final Callbacks callbacks;

    /** What a message counts as that is none, for a meter. */
    static final int BAD_MESSAGE = 400;

    private final AtomicLong lastId = new AtomicLong();

    ChannelProtocol(EventServerBuilder.Terms terms, Channel channel, Callbacks callbacks) {
        this.terms = terms;
        this.channel = channel;
        this.callbacks = callbacks;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        OutboundQueue queue =
                OutboundQueue.of(
                                terms.settings().clientQueueSize(),
                                CLIENT_QUEUE_BYTES,
                                terms.settings().slowSubscriber())
                        .count(connection.meter());
        String id = "client-" + lastId.incrementAndGet();
        new EventConnection(id, connection, queue, channel, this).serve();
    }

    @Override
    public void refuse(Connection connection) throws IOException {
        FrameWriter writer = new FrameWriter(connection.socket(), LingeringClose.LIMIT);
        writer.add(refusal(Control.MAX_CONNECTIONS, "too many connections"));
        writer.flush();
        LingeringClose.begin(connection.socket(), LingeringClose.LIMIT);
    }

    FrameReader reader(Connection connection) {
        return new FrameReader(connection.socket(), terms.maxFrameBytes(), IO_TIMEOUT);
    }

    /** A subscriber is there. */
    void connected(EventConnection connection) {
        callbacks.connected(connection.info());
    }

    /** It has gone. */
    void disconnected(EventConnection connection) {
        callbacks.disconnected(connection.info());
    }

    /** A message came, from a subscriber or not. */
    void received(EventConnection connection, EventMessage message) {
        Optional<String> command = Control.command(message);
        if (command.isPresent() && control(connection, command.get())) {
            return;
        }
        if (message.type() == EventMessage.Type.CONTROL && connection.isOurs()) {
            connection.deliver(
                    refusal(
                            "unknown_command",
                            "the field \"command\" of the data of a control message is ping,"
                                    + " clients or shutdown"));
        } else if (terms.settings().allowClientSend()) {
            callbacks.received(connection.info(), message);
        } else {
            connection.deliver(refusal(NOT_ALLOWED, "clients cannot send here"));
        }
    }

    /** Answers a command of this library's; whatever else a client controls is the callbacks'. */
    private boolean control(EventConnection connection, String command) {
        switch (command) {
            case Control.PING ->
                    connection.deliver(encode(Control.message(terms.name(), Control.PONG)));
            case Control.CLIENTS -> connection.deliver(encode(clients()));
            case Control.SHUTDOWN -> shutDown(connection);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void shutDown(EventConnection connection) {
        if (terms.allowsShutdown()) {
            connection.deliver(encode(Control.message(terms.name(), Control.SHUTDOWN)));
            callbacks.shutDown();
        } else {
            connection.deliver(refusal(NOT_ALLOWED, "clients cannot shut this server down"));
        }
    }

    private EventMessage clients() {
        List<Map<String, Object>> clients =
                channel.subscribers().stream()
                        .map(EventConnection::info)
                        .map(EventClientInfo::map)
                        .toList();
        return EventMessage.of(
                terms.name().text(),
                EventMessage.Type.CONTROL,
                Map.of(Control.COMMAND, Control.CLIENTS, Control.CLIENTS, clients));
    }

    /** An error message about what came. */
    byte[] refusal(String error, String details) {
        return encode(Control.error(terms.name(), error, details));
    }

    private static byte[] encode(EventMessage message) {
        try {
            return message.frame(Integer.MAX_VALUE);
        } catch (EventException.MessageInvalid e) {
            throw new AssertionError("a message of our own", e);
        }
    }
}
