package dev.unixsocket.services.events;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What control messages say in the field {@code command} of their data, and refusals in theirs. */
final class Control {

    static final String COMMAND = "command";

    /** Answered with {@link #PONG}. */
    static final String PING = "ping";

    static final String PONG = "pong";

    /** Ends the server, where that is allowed; answered with the same. */
    static final String SHUTDOWN = "shutdown";

    /** As the first message: this connection does not want to receive what is broadcast. */
    static final String PUBLISH_ONLY = "publish_only";

    /** Answered with the same and a list. */
    static final String CLIENTS = "clients";

    /** The reason, in an error message of a server. */
    static final String ERROR = "error";

    static final String DETAILS = "details";

    /** The reason of a server that has as many clients as it takes. */
    static final String MAX_CONNECTIONS = "max_connections";

    private Control() {}

    static EventMessage message(EventName name, String command) {
        return EventMessage.of(name.text(), EventMessage.Type.CONTROL, Map.of(COMMAND, command));
    }

    static EventMessage error(EventName name, String error, String details) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put(ERROR, error);
        data.put(DETAILS, details);
        return EventMessage.of(name.text(), EventMessage.Type.ERROR, data);
    }

    /** The command of a control message; empty for every other message. */
    static Optional<String> command(EventMessage message) {
        return message.type() == EventMessage.Type.CONTROL
                        && message.data().get(COMMAND) instanceof String command
                ? Optional.of(command)
                : Optional.empty();
    }

    /** Whether a connection says that it does not want what is broadcast. */
    static boolean isPublishOnly(EventMessage message) {
        return command(message).equals(Optional.of(PUBLISH_ONLY));
    }
}
