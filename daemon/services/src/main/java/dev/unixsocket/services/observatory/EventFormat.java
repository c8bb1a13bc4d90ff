package dev.unixsocket.services.observatory;

/** How an event is written. Thread-safe. */
@FunctionalInterface
public interface EventFormat {

    /** For whom it is written. */
    enum Colours {
        /** A person at a terminal. */
        ANSI,
        /** A program. */
        NONE
    }

    /** A line of JSON. */
    EventFormat JSON_LINE = JsonSink::line;

    /** JSON over several lines. */
    EventFormat PRETTY_JSON = new PrettyFormat(JsonSink::writePretty);

    /** The event as bytes, with the line feed that ends it. */
    byte[] format(Event event, Colours colours);
}
