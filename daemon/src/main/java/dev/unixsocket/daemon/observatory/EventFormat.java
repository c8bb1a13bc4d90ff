package dev.unixsocket.daemon.observatory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serial;

/** How an event is written. */
enum EventFormat {
    /** A line of JSON. */
    JSON_LINE,
    /** JSON over several lines. */
    PRETTY_JSON,
    /** A YAML document. */
    PRETTY_YAML;

    /** For whom it is written. */
    enum Colours {
        /** A person at a terminal. */
        ANSI,
        /** A program. */
        NONE
    }

    /**
     * The largest event that is written prettily. Indentation can make an event hundreds of times
     * larger than what was sent; above this it is a line of JSON, which is YAML too.
     */
    private static final int MAX_PRETTY_BYTES = 64 * 1024 * 1024;

    /** The event as bytes, with the line feed that ends it. */
    byte[] format(Event event, Colours colours) {
        ByteArrayOutputStream out =
                this == JSON_LINE ? new ByteArrayOutputStream(512) : new LimitedBytes();
        try {
            switch (this) {
                case JSON_LINE -> JsonSink.writeLine(event, out);
                case PRETTY_JSON -> JsonSink.writePretty(event, colours, out);
                case PRETTY_YAML -> YamlSink.write(event, colours, out);
            }
        } catch (TooLarge e) {
            return JSON_LINE.format(event, colours);
        } catch (IOException e) {
            throw new AssertionError("the payload was found to be well-formed", e);
        }
        return out.toByteArray();
    }

    /** A pretty event became larger than {@link #MAX_PRETTY_BYTES}. */
    static final class TooLarge extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        static void check(long bytes) {
            if (bytes > MAX_PRETTY_BYTES) {
                throw new TooLarge();
            }
        }
    }

    private static final class LimitedBytes extends ByteArrayOutputStream {

        @Override
        public void write(byte[] bytes, int offset, int length) {
            TooLarge.check((long) count + length);
            super.write(bytes, offset, length);
        }
    }
}
