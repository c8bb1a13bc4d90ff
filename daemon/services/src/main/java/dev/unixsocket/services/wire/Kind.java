package dev.unixsocket.services.wire;

import org.msgpack.core.MessageFormat;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a value is, in words for whoever sent another one. */
final class Kind {

    private Kind() {}

    static String of(MessageFormat format) {
        return switch (format.getValueType()) {
            case NIL -> "nil";
            case BOOLEAN -> "a boolean";
            case INTEGER -> "an integer";
            case FLOAT -> "a floating-point number";
            case STRING -> "a string";
            case BINARY -> "binary data";
            case ARRAY -> "an array";
            case MAP -> "a map";
            case EXTENSION -> "an extension";
        };
    }

    static String of(Object value) {
        return switch (value) {
            case null -> "nil";
            case Boolean _ -> "a boolean";
            case Float _, Double _ -> "a floating-point number";
            case Number _ -> "an integer";
            case String _ -> "a string";
            case byte[] _ -> "binary data";
            case Instant _ -> "a timestamp";
            case List<?> _ -> "an array";
            case Map<?, ?> _ -> "a map";
            default -> "an extension";
        };
    }
}
