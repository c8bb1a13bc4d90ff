package dev.unixsocket.daemon.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Maps to JSON and back, with the values that {@link MessagePackCodec} names. JSON has no form for
 * some: a timestamp becomes a string as in {@code 2026-02-09T10:30:00Z}, bytes become base64, an
 * extension a map of its type and its bytes.
 *
 * <p>Thread-safe.
 */
public final class Json {

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MessagePackCodec.MAX_DEPTH)
                                    .build())
                    .build();

    private Json() {}

    /**
     * Reads an object.
     *
     * @param text JSON, nothing but the object
     * @return a map that can be changed
     * @throws IllegalArgumentException if it is something else; the message says where
     */
    public static Map<String, Object> object(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object: " + excerpt(text));
            }
            Map<String, Object> object = readObject(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("text after the JSON object: " + excerpt(text));
            }
            return object;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "not JSON, at column %d: %s"
                            .formatted(e.getLocation().getColumnNr(), e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new AssertionError("reading from memory", e);
        }
    }

    private static String excerpt(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private static Map<String, Object> readObject(JsonParser parser) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, readValue(parser));
        }
        return object;
    }

    private static Object readValue(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(readValue(parser));
                }
                yield array;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                    parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? (Object) parser.getBigIntegerValue()
                            : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    /** Writes a map on one line. */
    public static String line(Map<String, ?> object) {
        StringWriter text = new StringWriter();
        try (JsonGenerator line = FACTORY.createGenerator(text)) {
            write(line, object);
        } catch (IOException e) {
            throw new AssertionError("writing to memory", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator line, Object value) throws IOException {
        switch (value) {
            case null -> line.writeNull();
            case String text -> line.writeString(text);
            case Long number -> line.writeNumber(number);
            case Integer number -> line.writeNumber(number);
            case Boolean truth -> line.writeBoolean(truth);
            case Double number -> line.writeNumber(number);
            case Float number -> line.writeNumber(number);
            case BigInteger number -> line.writeNumber(number);
            case BigDecimal number -> line.writeNumber(number);
            case Instant instant -> line.writeString(instant.toString());
            case byte[] bytes -> line.writeString(Base64.getEncoder().encodeToString(bytes));
            case Extension extension ->
                    write(line, Map.of("type", (int) extension.type(), "data", extension.bytes()));
            case Map<?, ?> map -> {
                line.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    line.writeFieldName(String.valueOf(entry.getKey()));
                    write(line, entry.getValue());
                }
                line.writeEndObject();
            }
            case List<?> list -> {
                line.writeStartArray();
                for (Object element : list) {
                    write(line, element);
                }
                line.writeEndArray();
            }
            default -> line.writeString(value.toString());
        }
    }
}
