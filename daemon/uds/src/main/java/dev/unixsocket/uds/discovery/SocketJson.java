package dev.unixsocket.uds.discovery;

import dev.unixsocket.ffi.SocketProbe;
import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.SocketMetadata;
import dev.unixsocket.services.discovery.SocketState;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A socket as {@code uds ls --json} shows it, and back. Stateless, thread-safe. */
public final class SocketJson {

    private static final int OCTAL = 8;
    private static final int PERMISSIONS = 07777;

    private SocketJson() {}

    /** Its fields, in their order. */
    public static Map<String, Object> fields(DiscoveredSocket socket) {
        Map<String, Object> fields = new LinkedHashMap<>();
        socket.host().ifPresent(host -> fields.put("host", host));
        fields.put("path", socket.absolutePath().toString());
        fields.put("state", socket.state().toString());
        fields.put("type", socket.typeName().orElse(null));
        fields.put("mode", "%04o".formatted(socket.mode()));
        fields.put("uid", Integer.toUnsignedLong(socket.uid()));
        fields.put("owner", socket.owner());
        fields.put("pid", socket.pid().orElse(null));
        fields.put("command", socket.command().orElse(null));
        fields.put("metadata", socket.metadata().values());
        if (!socket.metadata().problems().isEmpty()) {
            fields.put("problems", socket.metadata().problems());
        }
        return fields;
    }

    /**
     * A socket of another machine, from what that says of it.
     *
     * @param host the machine
     * @param path of the socket there, which its fields are not asked for
     * @param fields as of {@link #fields}; what is missing or of another kind is taken as unknown
     * @throws IllegalArgumentException if the path is none
     */
    public static DiscoveredSocket remote(String host, String path, Map<String, Object> fields) {
        try {
            return new DiscoveredSocket(
                    Optional.of(host),
                    Path.of(path),
                    constant(SocketState.values(), fields.get("state"), SocketState.UNKNOWN),
                    constant(
                            SocketProbe.Type.values(),
                            fields.get("type"),
                            SocketProbe.Type.UNKNOWN),
                    mode(fields.get("mode")),
                    fields.get("uid") instanceof Long uid ? uid.intValue() : -1,
                    fields.get("owner") instanceof String owner ? owner : "?",
                    fields.get("pid") instanceof Long pid
                            ? Optional.of(pid.intValue())
                            : Optional.empty(),
                    fields.get("command") instanceof String command
                            ? Optional.of(command)
                            : Optional.empty(),
                    new SocketMetadata(
                            metadata(fields.get("metadata")), problems(fields.get("problems"))));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a path: " + e.getReason(), e);
        }
    }

    private static <E extends Enum<E>> E constant(E[] all, Object name, E otherwise) {
        for (E one : all) {
            if (one.name().toLowerCase(Locale.ROOT).equals(name)) {
                return one;
            }
        }
        return otherwise;
    }

    private static int mode(Object octal) {
        return octal instanceof String digits && digits.matches("[0-7]{1,5}")
                ? Integer.parseInt(digits, OCTAL) & PERMISSIONS
                : 0;
    }

    private static Map<String, Object> metadata(Object values) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (values instanceof Map<?, ?> map) {
            map.forEach((name, value) -> metadata.put(String.valueOf(name), value));
        }
        return metadata;
    }

    private static List<String> problems(Object sentences) {
        return sentences instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
