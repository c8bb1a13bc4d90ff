package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;

/** Where the parts of an event go, one after the other: JSON or YAML. */
public interface FieldSink {

    /** Begins an object. */
    void beginObject() throws IOException;

    /** Ends it. */
    void endObject() throws IOException;

    /** Begins an array. */
    void beginArray() throws IOException;

    /** Ends it. */
    void endArray() throws IOException;

    /** The name of the value that follows. */
    void name(String name) throws IOException;

    /** A text. */
    void text(String text) throws IOException;

    /**
     * A number, {@code true}, {@code false} or {@code null}.
     *
     * @param literal as JSON writes it; a number as its sender wrote it
     */
    void literal(JsonToken kind, String literal) throws IOException;

    /** Passes on the token that the parser is at. */
    default void token(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        switch (token) {
            case START_OBJECT -> beginObject();
            case END_OBJECT -> endObject();
            case START_ARRAY -> beginArray();
            case END_ARRAY -> endArray();
            case FIELD_NAME -> name(parser.currentName());
            case VALUE_STRING -> text(parser.getText());
            default -> literal(token, parser.getText());
        }
    }
}
