package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.JsonTree;

/** The colours of events on a terminal: ECMA-48, select graphic rendition. */
final class Ansi {

    static final String RESET = "\u001b[0m";
    static final String NAME = "\u001b[34m";
    static final String TEXT = "\u001b[32m";
    static final String NUMBER = "\u001b[36m";
    static final String OTHER = "\u001b[35m";

    private Ansi() {}

    /** The colour of a value; none for an object or an array. */
    static String of(Object value) {
        return switch (value) {
            case String _ -> TEXT;
            case JsonTree.Literal literal -> literal.kind().isNumeric() ? NUMBER : OTHER;
            default -> "";
        };
    }
}
