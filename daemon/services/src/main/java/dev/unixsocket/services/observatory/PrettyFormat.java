package dev.unixsocket.services.observatory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;

/**
 * A format for people. Indentation can make an event hundreds of times larger than what was sent;
 * one that would be larger than 64 MiB is a line of JSON, which is YAML too.
 */
public final class PrettyFormat implements EventFormat {

    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final Writer writer;

    /** What writes an event. */
    @FunctionalInterface
    public interface Writer {
        /** Writes it. */
        void write(Event event, Colours colours, OutputStream out) throws IOException;
    }

    /** A format. */
    public PrettyFormat(Writer writer) {
        this.writer = writer;
    }

    @Override
    public byte[] format(Event event, Colours colours) {
        LimitedBytes out = new LimitedBytes();
        try {
            writer.write(event, colours, out);
        } catch (TooLarge e) {
            return JSON_LINE.format(event, colours);
        } catch (IOException e) {
            throw new AssertionError("the payload was found to be well-formed", e);
        }
        return out.toByteArray();
    }

    /** Gives up on an event that has become too large, in bytes or characters. */
    public static void check(long size) {
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
