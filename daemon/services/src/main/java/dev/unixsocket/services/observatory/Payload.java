package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** What the body of an event holds. Immutable, thread-safe. */
public sealed interface Payload {

    /** The deepest nesting that is taken as JSON, which keeps the memory for it small. */
    int MAX_DEPTH = 1_000;

    /** An empty body. */
    record None() implements Payload {}

    /**
     * A JSON object.
     *
     * @param json the text, known to be well-formed
     * @param superseded the fields, numbered in the order of the text, whose name comes again later
     *     in the same object. They are left out, so that every reader sees the same value: some
     *     take the first of two, some the last, and YAML has no such thing
     */
    record Fields(String json, BitSet superseded) implements Payload {

        /** Reads the text anew, token by token; the caller closes it. */
        JsonParser parser() throws IOException {
            return FACTORY.createParser(json);
        }
    }

    /**
     * Anything else.
     *
     * @param text the body as text; what is not UTF-8 has become U+FFFD
     */
    record Raw(String text) implements Payload {}

    /** The body itself is limited; no number or name in it need be. */
    JsonFactory FACTORY =
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

    /** Recognizes a body. */
    public static Payload of(byte[] body) {
        if (body.length == 0) {
            return new None();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException notUtf8) {
            return new Raw(new String(body, StandardCharsets.UTF_8));
        }
        try {
            return object(text);
        } catch (IOException notJson) {
            return new Raw(text);
        }
    }

    private static Payload object(String text) throws IOException {
        BitSet superseded = new BitSet();
        Deque<Map<String, Integer>> open = new ArrayDeque<>();
        int fields = 0;
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Raw(text);
            }
            open.push(new HashMap<>());
            while (!open.isEmpty()) {
                switch (parser.nextToken()) {
                    case START_OBJECT, START_ARRAY -> open.push(new HashMap<>());
                    case END_OBJECT, END_ARRAY -> open.pop();
                    case FIELD_NAME -> {
                        Integer before = open.peek().put(parser.currentName(), fields++);
                        if (before != null) {
                            superseded.set(before);
                        }
                    }
                    case null -> throw new IOException("ends too early");
                    default -> {}
                }
            }
            return parser.nextToken() == null ? new Fields(text, superseded) : new Raw(text);
        }
    }
}
