package dev.unixsocket.services.events;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.server.ConnectionService;
import dev.unixsocket.services.wire.Farewell;
import dev.unixsocket.services.wire.FrameWriter;

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
final class ChannelService implements ConnectionService, EventConnection.Inbound {

    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private static final String NOT_ALLOWED = "not_allowed";

    private final EventName name;
    private final ServerOptions options;
    private final Channel channel;
    private final Callbacks callbacks;
    private final AtomicLong lastId = new AtomicLong();

    ChannelService(EventName name, ServerOptions options, Channel channel, Callbacks callbacks) {
        this.name = name;
        this.options = options;
        this.channel = channel;
        this.callbacks = callbacks;
    }

    @Override
    public Session open(StreamSocket connection, Optional<PeerCredentials> peer) {
        String id = "client-" + lastId.incrementAndGet();
        return new EventConnection(id, connection, peer, options, channel, this);
    }

    @Override
    public void refuse(StreamSocket connection) throws IOException {
        FrameWriter writer = new FrameWriter(connection, FAREWELL);
        writer.add(refusal(Control.MAX_CONNECTIONS, "too many connections"));
        writer.flush();
        Farewell.say(connection, FAREWELL);
    }

    @Override
    public void connected(EventConnection connection) {
        callbacks.connected(connection.info());
    }

    @Override
    public void disconnected(EventConnection connection) {
        callbacks.disconnected(connection.info());
    }

    @Override
    public void received(EventConnection connection, EventMessage message) {
        if (message.type() == EventMessage.Type.CONTROL) {
            control(connection, Control.command(message).orElse(""));
        } else if (options.allows(ServerOptions.Permission.SEND)) {
            callbacks.received(connection.info(), message);
        } else {
            connection.deliver(refusal(NOT_ALLOWED, "clients cannot send here"));
        }
    }

    private void control(EventConnection connection, String command) {
        switch (command) {
            case Control.PING -> connection.deliver(encode(Control.message(name, Control.PONG)));
            case Control.CLIENTS -> connection.deliver(encode(clients()));
            case Control.SHUTDOWN -> shutDown(connection);
            default ->
                    connection.deliver(
                            refusal(
                                    "unknown_command",
                                    "the field \"command\" of the data of a control message is"
                                            + " ping, clients or shutdown"));
        }
    }

    private void shutDown(EventConnection connection) {
        if (options.allows(ServerOptions.Permission.SHUT_DOWN)) {
            connection.deliver(encode(Control.message(name, Control.SHUTDOWN)));
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
                name.text(),
                EventMessage.Type.CONTROL,
                Map.of(Control.COMMAND, Control.CLIENTS, Control.CLIENTS, clients));
    }

    @Override
    public byte[] refusal(String error, String details) {
        return encode(Control.error(name, error, details));
    }

    private static byte[] encode(EventMessage message) {
        try {
            return message.frame(Integer.MAX_VALUE);
        } catch (EventException.MessageInvalid e) {
            throw new AssertionError("a message of our own", e);
        }
    }
}
