package dev.unixsocket.services.ipc;

import dev.unixsocket.services.wire.Fields;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.MessagePackCodec;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A message of the LiteBase protocol: a request, or the answer to one.
 *
 * <p>Immutable if its data is.
 *
 * @param id chosen by who asks, and the same in the answer
 * @param type what is asked or answered, such as {@code health_check}
 * @param timestamp when it was made
 * @param data its values by name, of the types that {@link MessagePackCodec} names; nil on the wire
 *     is an empty map here
 */
public record IpcMessage(String id, String type, Instant timestamp, Map<String, Object> data) {

    /** The type of an answer that says what went wrong. */
    public static final String ERROR = "error";

    /** The type of a question that every service answers. */
    public static final String HEALTH_CHECK = "health_check";

    /** An integer timestamp above this is in milliseconds: in seconds it would be the year 5138. */
    private static final long MILLIS_FROM = 100_000_000_000L;

    /** A request with an id of its own, made now. */
    public static IpcMessage request(String type, Map<String, Object> data) {
        return new IpcMessage(UUID.randomUUID().toString(), type, Instant.now(), data);
    }

    /** The answer to this message, made now. */
    IpcMessage answer(IpcResponse response) {
        return answer(id, response);
    }

    /** An answer to no message in particular, made now. */
    static IpcMessage unasked(IpcResponse response) {
        return answer("", response);
    }

    /** The answer to the message with that id, made now. */
    static IpcMessage answer(String id, IpcResponse response) {
        return new IpcMessage(id, response.type(), Instant.now(), response.data());
    }

    /** Whether this is an answer that says what went wrong. */
    public boolean isError() {
        return type.equals(ERROR);
    }

    /**
     * As a frame.
     *
     * @throws IllegalArgumentException if a value has no form in MessagePack
     */
    byte[] frame() {
        return MessagePackCodec.encodeFrame(map());
    }

    /** Its fields as they are on the wire, by name. */
    public Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("type", type);
        map.put("timestamp", timestamp);
        map.put("data", data);
        return map;
    }

    /**
     * From the fields on the wire. As in the original, a message may come without an id, which is
     * an empty one then, and without a time, which is that of its arrival; an id may be binary.
     *
     * @throws FrameException if it has no type, or a field is of another type
     */
    static IpcMessage of(Map<String, Object> map) throws FrameException {
        return new IpcMessage(
                id(map),
                Fields.string(map, "type"),
                timestamp(map.get("timestamp")),
                Fields.optionalMap(map, "data").orElseGet(Map::of));
    }

    /** The id in the fields on the wire. */
    static String id(Map<String, Object> map) throws FrameException {
        return switch (map.get("id")) {
            case null -> "";
            case String text -> text;
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case Object other -> throw Fields.illTyped("id", other, "a string");
        };
    }

    /** Go's encoder writes the extension; others write seconds, milliseconds or text. */
    private static Instant timestamp(Object value) throws FrameException {
        try {
            return switch (value) {
                case null -> Instant.now();
                case Instant instant -> instant;
                case Long number when number >= MILLIS_FROM || number <= -MILLIS_FROM ->
                        Instant.ofEpochMilli(number);
                case Long number -> Instant.ofEpochSecond(number);
                case BigInteger number -> throw Fields.outOfRange("timestamp", number);
                case String text -> OffsetDateTime.parse(text).toInstant();
                default ->
                        throw Fields.illTyped(
                                "timestamp", value, "a timestamp, an integer or a string");
            };
        } catch (DateTimeException e) {
            throw new FrameException("the field \"timestamp\" is not a time: " + value);
        }
    }
}
