package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * JSON as a tree in the order of the text: a {@code Map} or a {@code List} of values, a {@code
 * String}, or a {@link Literal}. Stateless, thread-safe.
 */
public final class JsonTree {

    /** The deepest nesting that is taken as JSON, which keeps the memory for it small. */
    static final int MAX_DEPTH = 1_000;

    /**
     * The most values that are taken as JSON. A byte of text can be a value that takes fifty in
     * memory.
     */
    static final int MAX_VALUES = 2_000_000;

    /** The text itself is limited; no number or name in it need be. */
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
                    .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                    .build();

    /** A body of the greatest depth may come one level deeper, among the displaced fields. */
    private static final JsonFactory WRITER =
            JsonFactory.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                    .streamWriteConstraints(
                            StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH + 1).build())
                    .build();

    private static final Literal TRUE = new Literal(JsonToken.VALUE_TRUE, "true");
    private static final Literal FALSE = new Literal(JsonToken.VALUE_FALSE, "false");
    static final Literal NULL = new Literal(JsonToken.VALUE_NULL, "null");

    /**
     * A number, {@code true}, {@code false} or {@code null}.
     *
     * @param text as JSON writes it; a number as its sender wrote it
     */
    public record Literal(JsonToken kind, String text) {}

    private final JsonParser parser;
    private int values;

    private JsonTree(JsonParser parser) {
        this.parser = parser;
    }

    /** An unsigned number. */
    static Literal number(int unsigned) {
        return new Literal(JsonToken.VALUE_NUMBER_INT, Integer.toUnsignedString(unsigned));
    }

    /**
     * The object that a text holds and nothing else; empty if it does not, or is too deep or too
     * large. Of two fields with the same name in one object the last is kept, where it stands, so
     * that every reader sees the same value: some take the first of two, some the last, and YAML
     * has no such thing.
     */
    static Optional<Map<String, Object>> object(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Map<String, Object> object = new JsonTree(parser).object();
            return parser.nextToken() == null ? Optional.of(object) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private Map<String, Object> object() throws IOException {
        Map<String, Object> object = new LinkedHashMap<>(4);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value();
            if (object.put(name, value) != null) {
                object.remove(name);
                object.put(name, value); // at the end
            }
        }
        return object.isEmpty() ? Map.of() : object;
    }

    private List<Object> array() throws IOException {
        List<Object> array = new ArrayList<>(4);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value());
        }
        return List.copyOf(array); // smaller
    }

    private Object value() throws IOException {
        if (++values > MAX_VALUES) {
            throw new IOException("too many values");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> TRUE;
            case VALUE_FALSE -> FALSE;
            case VALUE_NULL -> NULL;
            case null -> throw new IOException("ends too early");
            default -> new Literal(parser.currentToken(), parser.getText());
        };
    }

    /**
     * Writes a value.
     *
     * @param before is told each value before it is written
     */
    public static void write(JsonGenerator json, Object value, Consumer<Object> before)
            throws IOException {
        before.accept(value);
        switch (value) {
            case Map<?, ?> object -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> field : object.entrySet()) {
                    json.writeFieldName((String) field.getKey());
                    write(json, field.getValue(), before);
                }
                json.writeEndObject();
            }
            case List<?> array -> {
                json.writeStartArray();
                for (Object element : array) {
                    write(json, element, before);
                }
                json.writeEndArray();
            }
            case Literal number when number.kind().isNumeric() ->
                    json.writeNumber(number.text()); // as it is: no digit is lost
            case Literal literal -> json.writeRawValue(literal.text());
            default -> json.writeString((String) value);
        }
    }

    /**
     * What writes JSON in UTF-8. Text outside ASCII is escaped, so that no reader finds a line end
     * in it.
     */
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return WRITER.createGenerator(out, JsonEncoding.UTF8);
    }
}
