package dev.unixsocket.services.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
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
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MessagePackCodec.MAX_DEPTH)
                                    .build())
                    .build();

    private static final JsonFactory ASCII =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Json() {}

    /** What an object is read from. */
    @FunctionalInterface
    private interface Source {
        JsonParser open() throws IOException;
    }

    /**
     * Reads an object.
     *
     * @param text JSON, nothing but the object
     * @return a map that can be changed
     * @throws IllegalArgumentException if it is something else, a name comes twice in an object, or
     *     a text is none (half a surrogate pair); the message says what or where, on one line
     */
    public static Map<String, Object> object(String text) {
        return read(() -> FACTORY.createParser(text));
    }

    /** As {@link #object(String)}, from UTF-8. */
    public static Map<String, Object> object(byte[] utf8) {
        return read(() -> FACTORY.createParser(utf8));
    }

    private static Map<String, Object> read(Source source) {
        try (JsonParser parser = source.open()) {
            return onlyObject(parser);
        } catch (IOException e) { // reading from memory fails on what is read
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> onlyObject(JsonParser parser) throws IOException {
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            Map<String, Object> object = readObject(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("more text after the JSON object");
            }
            return object;
        } catch (JsonProcessingException e) {
            JsonLocation end = parser.currentLocation(); // the exception may have none
            throw new IllegalArgumentException(
                    "not JSON, at line %d, column %d: %s"
                            .formatted(end.getLineNr(), end.getColumnNr(), reason(e)),
                    e);
        }
    }

    /** Without the settings of the library that a limit and the source of the text are from. */
    private static String reason(JsonProcessingException e) {
        return e.getOriginalMessage()
                .replaceFirst(", from `[^`]*`", "")
                .replaceFirst("\\[Source: [^;\\]]*; ([^\\]]*)]", "$1");
    }

    private static Map<String, Object> readObject(JsonParser parser) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = text(parser.currentName());
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
            case VALUE_STRING -> text(parser.getText());
            case VALUE_NUMBER_INT ->
                    parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? (Object) parser.getBigIntegerValue()
                            : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> finite(parser.getDoubleValue());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    /**
     * JSON can spell half a character, which no encoding has a form for, nor other readers take.
     */
    private static String text(String text) {
        if (text.codePoints().anyMatch(Json::isSurrogate)) {
            throw new IllegalArgumentException("not JSON: an unpaired surrogate in a text");
        }
        return text;
    }

    private static boolean isSurrogate(int codePoint) {
        return Character.getType(codePoint) == Character.SURROGATE;
    }

    private static double finite(double number) {
        if (Double.isInfinite(number)) {
            throw new IllegalArgumentException("a number is larger than 64 bits can hold");
        }
        return number;
    }

    /**
     * Writes a value, such as a map, on one line. Control characters, characters that turn the
     * writing around and other ends of lines (U+2028, U+2029) are escaped.
     */
    public static String line(Object value) {
        return Escaped.json(write(FACTORY, value));
    }

    /** As {@link #line}, in ASCII, so that no name of somebody else's can command a terminal. */
    public static String asciiLine(Object value) {
        return write(ASCII, value);
    }

    private static String write(JsonFactory factory, Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator line = factory.createGenerator(text)) {
            write(line, value);
        } catch (IOException e) {
            throw new AssertionError("writing to memory", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator line, Object value) throws IOException {
        switch (value) {
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
            case Instant instant -> line.writeString(instant.toString());
            case Extension extension ->
                    write(line, Map.of("type", (int) extension.type(), "data", extension.bytes()));
            case null, default -> line.writePOJO(value); // text, number, truth, bytes or nothing
        }
    }
}
