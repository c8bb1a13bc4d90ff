package dev.unixsocket.services.events;

import dev.unixsocket.services.wire.Fields;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.MessagePackCodec;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A message of an event channel. Immutable if its data is.
 *
 * @param eventName the name of the channel
 * @param timestampMillis when it was made, in milliseconds since 1970-01-01 UTC
 * @param timestampIso the same as text, in the time zone of who made it
 * @param type what kind of message it is
 * @param data its values by name, of the types that {@link MessagePackCodec} names
 */
public record EventMessage(
        String eventName,
        long timestampMillis,
        String timestampIso,
        Type type,
        Map<String, Object> data) {

    /** The kinds of messages. */
    public enum Type {
        /** What the channel is for. */
        DATA,
        /** Something went wrong. */
        ERROR,
        /** About the channel itself: {@code ping}, {@code pong}, {@code shutdown}. */
        CONTROL;

        /** As on the wire. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Type of(String text) throws FrameException {
            return switch (text) {
                case "data" -> DATA;
                case "error" -> ERROR;
                case "control" -> CONTROL;
                default ->
                        throw new FrameException(
                                "the field \"message_type\" is \"%s\", not data, error or control"
                                        .formatted(text));
            };
        }
    }

    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT);

    /** A message made now, with the time in UTC. */
    public static EventMessage of(String eventName, Type type, Map<String, Object> data) {
        return at(Instant.now(), ZoneId.of("UTC"), eventName, type, data);
    }

    static EventMessage at(
            Instant now, ZoneId zone, String eventName, Type type, Map<String, Object> data) {
        return new EventMessage(
                eventName, now.toEpochMilli(), ISO.format(now.atZone(zone)), type, data);
    }

    /** A message of the data type, made now. */
    public static EventMessage data(String eventName, Map<String, Object> data) {
        return of(eventName, Type.DATA, data);
    }

    /** Its fields as they are on the wire, by name. */
    public Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("event_name", eventName);
        map.put("timestamp_ms", timestampMillis);
        map.put("timestamp_iso", timestampIso);
        map.put("message_type", type.toString());
        map.put("data", data);
        return map;
    }

    /** As a frame, when it is not longer than that. */
    byte[] frame(int maxFrameBytes) throws EventException.MessageInvalid {
        byte[] frame;
        try {
            frame = MessagePackCodec.encodeFrame(map());
        } catch (IllegalArgumentException e) {
            throw new EventException.MessageInvalid("the message cannot be encoded", e);
        }
        if (frame.length - Integer.BYTES > maxFrameBytes) {
            throw new EventException.MessageInvalid(
                    "the message has %d bytes, %d are allowed"
                            .formatted(frame.length - Integer.BYTES, maxFrameBytes));
        }
        return frame;
    }

    /** From the fields on the wire. */
    static EventMessage of(Map<String, Object> map) throws FrameException {
        return new EventMessage(
                Fields.string(map, "event_name"),
                Fields.integer(map, "timestamp_ms"),
                Fields.string(map, "timestamp_iso"),
                Type.of(Fields.string(map, "message_type")),
                Fields.map(map, "data"));
    }
}
