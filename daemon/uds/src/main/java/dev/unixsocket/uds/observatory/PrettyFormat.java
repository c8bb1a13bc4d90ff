package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.Event;
import dev.unixsocket.services.observatory.EventFormat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;

/**
 * A format for people. Indentation can make an event hundreds of times larger than what was sent;
 * one that would be larger than 64 MiB is a line of JSON, which is YAML too.
 *
 * @param writer what writes an event
 */
record PrettyFormat(Writer writer) implements EventFormat {

    private static final int MAX_BYTES = 64 * 1024 * 1024;

    /** For whom it is written. */
    enum Colours {
        /** A person at a terminal. */
        ANSI,
        /** A program. */
        NONE
    }

    /** Writes an event. */
    @FunctionalInterface
    interface Writer {
        void write(Event event, OutputStream out) throws IOException;
    }

    @Override
    public byte[] format(Event event) {
        LimitedBytes out = new LimitedBytes();
        try {
            writer.write(event, out);
        } catch (TooLarge e) {
            return JSON_LINE.format(event);
        } catch (IOException e) {
            throw new AssertionError("writing to memory", e);
        }
        return out.toByteArray();
    }

    /** Gives up on an event that has become too large, in bytes or characters. */
    static void check(long size) {
        if (size > MAX_BYTES) {
            throw new TooLarge();
        }
    }

    private static final class TooLarge extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;
    }

    private static final class LimitedBytes extends ByteArrayOutputStream {
        @Override
        public void write(byte[] bytes, int offset, int length) {
            check((long) count + length);
            super.write(bytes, offset, length);
        }
    }
}
