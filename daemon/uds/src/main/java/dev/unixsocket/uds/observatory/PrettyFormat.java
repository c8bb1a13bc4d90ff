package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.Event;
import dev.unixsocket.services.observatory.EventFormat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;

/**
 * A format for people. Indentation can make an event a thousand times larger than what was sent;
 * one that would be larger than 1 MiB and eight times what was sent is a line of JSON, which is
 * YAML too.
 *
 * @param writer what writes an event
 */
record PrettyFormat(Writer writer) implements EventFormat {

    private static final int ALWAYS_BYTES = 1024 * 1024;
    private static final int MOST_TIMES = 8;

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
        LimitedBytes out = new LimitedBytes(most(event));
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
    static void check(long size, int most) {
        if (size > most) {
            throw new TooLarge();
        }
    }

    /** What an event may become, in bytes or characters. */
    static int most(Event event) {
        return ALWAYS_BYTES + MOST_TIMES * event.bodyBytes();
    }

    private static final class TooLarge extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;
    }

    private static final class LimitedBytes extends ByteArrayOutputStream {
        private final int most;

        LimitedBytes(int most) {
            this.most = most;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            check((long) count + length, most);
            super.write(bytes, offset, length);
        }
    }
}
