package dev.unixsocket.bench.results;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON object, read with an error that names the member that is missing or of the wrong kind.
 *
 * @param members what it holds
 */
record Json(Map<?, ?> members) {

    private <T> T member(String name, Class<T> type) {
        Object value = members.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "\""
                            + name
                            + "\" is "
                            + value
                            + " where a "
                            + type.getSimpleName()
                            + " is due");
        }
        return type.cast(value);
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    String text(String name) {
        return member(name, String.class);
    }

    double number(String name) {
        return member(name, Number.class).doubleValue();
    }

    long integer(String name) {
        return member(name, Number.class).longValue();
    }

    boolean truth(String name) {
        return member(name, Boolean.class);
    }

    Json object(String name) {
        return new Json(member(name, Map.class));
    }

    List<Json> list(String name) {
        return ((List<?>) member(name, List.class))
                .stream().map(Map.class::cast).map(Json::new).toList();
    }

    List<String> words(String name) {
        return ((List<?>) member(name, List.class)).stream().map(String.class::cast).toList();
    }

    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<?, ?> object = member(name, Map.class);
        object.forEach((key, value) -> texts.put((String) key, (String) value));
        return texts;
    }
}
