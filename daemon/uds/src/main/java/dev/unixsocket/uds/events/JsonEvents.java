package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventMessage;
import dev.unixsocket.services.wire.Json;

import java.util.List;
import java.util.Map;

/** Messages as lines of JSON, as the commands read and write them. Thread-safe. */
final class JsonEvents {

    /** What a line says. */
    record Line(EventMessage.Type type, Map<String, Object> data) {}

    private JsonEvents() {}

    /**
     * Reads a line: the data of a message, or an object with {@code message_type} and {@code data},
     * such as {@code uds events listen} prints.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Line parse(String text) {
        return line(Json.object(text));
    }

    /** As {@link #parse(String)}, from UTF-8. */
    static Line parse(byte[] utf8) {
        return line(Json.object(utf8));
    }

    @SuppressWarnings("unchecked") // an object in JSON has strings as keys
    private static Line line(Map<String, Object> object) {
        if (object.get("message_type") instanceof String type
                && object.get("data") instanceof Map<?, ?> data) {
            return new Line(type(type), (Map<String, Object>) data);
        }
        return new Line(EventMessage.Type.DATA, object);
    }

    private static EventMessage.Type type(String text) {
        return List.of(EventMessage.Type.values()).stream()
                .filter(type -> type.toString().equals(text))
                .findAny()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "message_type is data, error or control, not " + text));
    }
}
