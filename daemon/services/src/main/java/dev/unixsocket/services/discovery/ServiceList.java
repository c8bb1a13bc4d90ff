package dev.unixsocket.services.discovery;

import dev.unixsocket.services.wire.Json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The services of a directory, in a form that another program reads. Stateless, thread-safe. */
public final class ServiceList {

    /** The forms there are. */
    public enum Format {
        /** {@code file_sd_config} of Prometheus. */
        PROMETHEUS,
        /** An array of objects with what is known. */
        JSON
    }

    private ServiceList() {}

    /** The list of those sockets, which listen; ends in a newline. */
    public static String render(Collection<DiscoveredSocket> sockets, Format format) {
        List<String> entries = new ArrayList<>();
        for (DiscoveredSocket socket : sockets) {
            entries.add(
                    Json.asciiLine(
                            switch (format) {
                                case PROMETHEUS -> targetGroup(socket);
                                case JSON -> service(socket);
                            }));
        }
        return entries.isEmpty() ? "[]\n" : "[\n  " + String.join(",\n  ", entries) + "\n]\n";
    }

    private static Map<String, Object> service(DiscoveredSocket socket) {
        Map<String, Object> service = new LinkedHashMap<>();
        socket.host().ifPresent(host -> service.put("host", host));
        service.put("path", socket.absolutePath().toString());
        service.put("type", socket.typeName().orElse(null));
        service.put("mode", "%04o".formatted(socket.mode()));
        service.put("uid", Integer.toUnsignedLong(socket.uid()));
        service.put("owner", socket.owner());
        service.put("pid", socket.pid().orElse(null));
        service.put("metadata", socket.metadata().values());
        return service;
    }

    private static Map<String, Object> targetGroup(DiscoveredSocket socket) {
        Map<String, Object> labels = new TreeMap<>();
        labels.put("socket", socket.path().getFileName().toString());
        socket.host().ifPresent(host -> labels.put("host", host));
        socket.typeName().ifPresent(type -> labels.put("type", type));
        socket.metadata()
                .values()
                .forEach(
                        (name, value) -> {
                            String text = labelValue(value);
                            if (text != null) {
                                labels.put(free(labelName(name), labels.keySet()), text);
                            }
                        });
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("targets", List.of(target(socket)));
        group.put("labels", labels);
        return group;
    }

    /** What is on another machine can be reached at its endpoint alone, if it has one. */
    private static String target(DiscoveredSocket socket) {
        String file = "unix://" + socket.host().orElse("") + socket.absolutePath();
        return socket.host().isPresent() ? socket.endpoint().orElse(file) : file;
    }

    /** A service cannot take the place of what the kernel says, nor one name that of another. */
    private static String free(String name, Set<String> taken) {
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    /** Names that begin with two underscores are Prometheus's own. */
    private static String labelName(String name) {
        String label = name.replaceAll("[^a-zA-Z0-9_]", "_").replaceAll("^_+", "");
        return label.isEmpty() || Character.isDigit(label.charAt(0)) ? "x_" + label : label;
    }

    /**
     * A list is joined as Prometheus's own lists are, with a comma at either end; null: no label.
     */
    private static String labelValue(Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> _ -> null;
            case List<?> list -> {
                StringBuilder joined = new StringBuilder(",");
                list.forEach(element -> joined.append(elementText(element)).append(','));
                yield joined.toString();
            }
            default -> value.toString();
        };
    }

    private static String elementText(Object element) {
        return element instanceof String text ? text : Json.line(element);
    }
}
