package dev.unixsocket.uds.etcd;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fields of etcd's messages as its gateway spells them: integers of 64 bits are texts, bytes are
 * base64, and what has the value of its type's zero is left out. Stateless, thread-safe.
 */
final class Fields {

    private Fields() {}

    static Map<String, Object> of(Map<?, ?> map) {
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((name, value) -> fields.put(String.valueOf(name), value));
        return fields;
    }

    /** A message in another; empty if it is not there. */
    static Map<String, Object> map(Map<String, Object> message, String name) {
        return message.get(name) instanceof Map<?, ?> map ? of(map) : Map.of();
    }

    /** Messages in another. */
    static List<Map<String, Object>> list(Map<String, Object> message, String name) {
        return message.get(name) instanceof List<?> list
                ? list.stream()
                        .map(
                                one ->
                                        one instanceof Map<?, ?> map
                                                ? of(map)
                                                : Map.<String, Object>of())
                        .toList()
                : List.of();
    }

    static long number(Map<String, Object> message, String name) {
        return switch (message.get(name)) {
            case Long number -> number;
            case String digits when digits.matches("-?[0-9]{1,20}") ->
                    new BigInteger(digits).longValue(); // a cluster's number has no sign
            case null, default -> 0;
        };
    }

    static String text(Map<String, Object> message, String name) {
        try {
            return message.get(name) instanceof String base64
                    ? new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8)
                    : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    static boolean isTrue(Map<String, Object> message, String name) {
        return Boolean.TRUE.equals(message.get(name));
    }
}
