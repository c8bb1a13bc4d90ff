package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.JsonToken;

/** The colours of events on a terminal: ECMA-48, select graphic rendition. */
public final class Ansi {

    public static final String RESET = "\u001b[0m";
    public static final String NAME = "\u001b[34m";
    public static final String TEXT = "\u001b[32m";
    public static final String NUMBER = "\u001b[36m";
    public static final String OTHER = "\u001b[35m";

    private Ansi() {}

    /** The colour of a value. */
    public static String of(JsonToken kind) {
        if (kind == JsonToken.VALUE_STRING) {
            return TEXT;
        }
        return kind.isNumeric() ? NUMBER : OTHER;
    }
}
