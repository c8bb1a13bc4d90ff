package dev.unixsocket.services.wire;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/** The fields of a message, each with the type that the protocol gives it. Thread-safe. */
public final class Fields {

    /** What the integers of messages can be, for a sentence about one that is none of them. */
    public static final String INTEGERS =
            "an integer is from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE;

    private Fields() {}

    /**
     * A field that is a string.
     *
     * @throws FrameException if it is missing or of another type
     */
    public static String string(Map<String, ?> message, String name) throws FrameException {
        Object value = present(message, name);
        if (value instanceof String text) {
            return text;
        }
        throw illTyped(name, value, "a string");
    }

    /**
     * A field that is an integer of 64 bits.
     *
     * @throws FrameException if it is missing or of another type
     */
    public static long integer(Map<String, ?> message, String name) throws FrameException {
        Object value = present(message, name);
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Integer number) {
            return number;
        }
        if (value instanceof BigInteger number) {
            throw outOfRange(name, number);
        }
        throw illTyped(name, value, "an integer");
    }

    /**
     * A field that is a map.
     *
     * @throws FrameException if it is missing, or of another type
     */
    public static Map<String, Object> map(Map<String, ?> message, String name)
            throws FrameException {
        present(message, name);
        return optionalMap(message, name).orElseThrow();
    }

    /**
     * A field that is a map, or nil, or missing.
     *
     * @throws FrameException if it is of another type
     */
    @SuppressWarnings("unchecked") // a decoded map has strings as keys
    public static Optional<Map<String, Object>> optionalMap(Map<String, ?> message, String name)
            throws FrameException {
        return switch (message.get(name)) {
            case null -> Optional.empty();
            case Map<?, ?> map -> Optional.of((Map<String, Object>) map);
            case Object other -> throw illTyped(name, other, "a map");
        };
    }

    /**
     * A field that must be there, of any type.
     *
     * @throws FrameException if it is missing or nil
     */
    public static Object present(Map<String, ?> message, String name) throws FrameException {
        Object value = message.get(name);
        if (value == null) {
            throw new FrameException(
                    "the field \""
                            + name
                            + "\" is "
                            + (message.containsKey(name) ? "nil" : "missing"));
        }
        return value;
    }

    /** For an integer that has more than 64 bits with its sign. */
    public static FrameException outOfRange(String name, BigInteger value) {
        return new FrameException("the field \"%s\" is %s: %s".formatted(name, value, INTEGERS));
    }

    /** For a field of another type than the protocol says. */
    public static FrameException illTyped(String name, Object value, String expected) {
        return new FrameException(
                "the field \"%s\" is %s, not %s".formatted(name, Kind.of(value), expected));
    }
}
