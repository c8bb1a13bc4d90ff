package dev.unixsocket.services.discovery;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a socket file says: {@code worker-pid123-port8080.sock} is {@code name}
 * "worker", {@code pid} 123, {@code port} 8080. Parts are split at {@code -}; those after the first
 * that are letters and then digits are a key and its value. Stateless, thread-safe.
 */
final class FileNameParts {

    private static final Pattern PART = Pattern.compile("([a-z_]+)([0-9]{1,18})");
    private static final String ENDING = ".sock";

    private FileNameParts() {}

    /** What the name says; empty when it has no such parts. */
    static Map<String, Object> of(Path socket) {
        String name = socket.getFileName().toString();
        if (name.endsWith(ENDING)) {
            name = name.substring(0, name.length() - ENDING.length());
        }
        Map<String, Object> values = new LinkedHashMap<>();
        StringBuilder rest = new StringBuilder();
        for (String part : name.split("-")) {
            Matcher matcher = PART.matcher(part);
            if (!rest.isEmpty() && matcher.matches()) {
                values.put(matcher.group(1), Long.parseLong(matcher.group(2)));
            } else {
                rest.append(rest.isEmpty() ? "" : "-").append(part);
            }
        }
        if (!values.isEmpty()) {
            values.put("name", rest.toString());
        }
        return values;
    }
}
