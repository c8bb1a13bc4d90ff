package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.unixsocket.ffi.PeerCredentials;

import java.io.IOException;
import java.util.BitSet;

/**
 * Puts an event together: the service's own fields, then the payload's in their own order, except
 * that those which bear a name of the service's are kept in an object of their own.
 */
public final class EventFields {

    private final FieldSink sink;
    private boolean displaced;

    private EventFields(FieldSink sink) {
        this.sink = sink;
    }

    public static void write(Event event, FieldSink sink) throws IOException {
        new EventFields(sink).write(event);
    }

    private void write(Event event) throws IOException {
        sink.beginObject();
        text(Event.TIME, event.timestamp());
        text(Event.NAME, event.name());
        if (event.peer().isPresent()) {
            PeerCredentials peer = event.peer().get();
            number(Event.PEER_PID, peer.pid());
            number(Event.PEER_UID, peer.uid());
            number(Event.PEER_GID, peer.gid());
        }
        switch (event.payload()) {
            case Payload.None _ -> {}
            case Payload.Raw raw -> text(Event.RAW, raw.text());
            case Payload.Fields fields -> write(fields);
        }
        sink.endObject();
    }

    private void write(Payload.Fields fields) throws IOException {
        copy(fields, false);
        if (displaced) {
            sink.name(Event.DISPLACED);
            sink.beginObject();
            copy(fields, true);
            sink.endObject();
        }
    }

    /** Copies those fields of the outermost object whose names are reserved, or all others. */
    private void copy(Payload.Fields fields, boolean reserved) throws IOException {
        try (JsonParser parser = fields.parser()) {
            Names names = new Names(fields.superseded());
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isReserved = Event.RESERVED.contains(parser.currentName());
                boolean current = names.next();
                displaced |= isReserved && current;
                if (current && isReserved == reserved) {
                    sink.token(parser);
                    parser.nextToken();
                    copyValue(parser, names);
                } else {
                    parser.nextToken();
                    skipValue(parser, names);
                }
            }
        }
    }

    private void copyValue(JsonParser parser, Names names) throws IOException {
        int depth = 0;
        do {
            if (parser.currentToken() == JsonToken.FIELD_NAME && !names.next()) {
                parser.nextToken();
                skipValue(parser, names);
            } else {
                sink.token(parser);
                depth += change(parser);
            }
        } while (depth > 0 && parser.nextToken() != null);
    }

    private static void skipValue(JsonParser parser, Names names) throws IOException {
        int depth = change(parser);
        while (depth > 0) {
            if (parser.nextToken() == JsonToken.FIELD_NAME) {
                names.next();
            }
            depth += change(parser);
        }
    }

    private static int change(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }

    private void text(String name, String value) throws IOException {
        sink.name(name);
        sink.text(value);
    }

    private void number(String name, int value) throws IOException {
        sink.name(name);
        sink.literal(JsonToken.VALUE_NUMBER_INT, Integer.toUnsignedString(value));
    }

    /** Counts the names as {@link Payload} did, and knows which of them to leave out. */
    private static final class Names {

        private final BitSet superseded;
        private int count;

        Names(BitSet superseded) {
            this.superseded = superseded;
        }

        /** Whether the name that comes now is not superseded. */
        boolean next() {
            return !superseded.get(count++);
        }
    }
}
