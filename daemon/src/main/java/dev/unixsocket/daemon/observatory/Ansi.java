package dev.unixsocket.daemon.observatory;

import com.fasterxml.jackson.core.JsonToken;

/** The colours of events on a terminal: ECMA-48, select graphic rendition. */
final class Ansi {

    static final String RESET = "\u001b[0m";
    static final String NAME = "\u001b[34m";
    static final String TEXT = "\u001b[32m";
    static final String NUMBER = "\u001b[36m";
    static final String OTHER = "\u001b[35m";

    private Ansi() {}

    /** The colour of a value. */
    static String of(JsonToken kind) {
        if (kind == JsonToken.VALUE_STRING) {
            return TEXT;
        }
        return kind.isNumeric() ? NUMBER : OTHER;
    }
}
