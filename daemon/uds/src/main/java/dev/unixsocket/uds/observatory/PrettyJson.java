package dev.unixsocket.uds.observatory;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;

import dev.unixsocket.services.observatory.Event;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.JsonTree;
import dev.unixsocket.services.wire.Escaped;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes an event as JSON over several lines. Stateless, thread-safe. */
final class PrettyJson {

    private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");

    private PrettyJson() {}

    static EventFormat format(PrettyFormat.Colours colours) {
        return new PrettyFormat(
                (event, limit) -> {
                    write(event, colours, new Counter(limit));
                    StringBuilder text = new StringBuilder(limit.characters());
                    write(event, colours, new Ascii(text));
                    return Escaped.jsonLines(text.toString());
                });
    }

    private static void write(Event event, PrettyFormat.Colours colours, OutputStream out)
            throws IOException {
        switch (colours) {
            case ANSI -> {
                ColouredPrinter printer = new ColouredPrinter();
                write(event, printer, printer::next, out);
            }
            case NONE -> write(event, new Printer(), _ -> {}, out);
        }
    }

    private static void write(
            Event event, Printer printer, Consumer<Object> before, OutputStream out)
            throws IOException {
        try (JsonGenerator json = JsonTree.generator(out)) {
            json.setPrettyPrinter(printer);
            JsonTree.write(json, event.fields(), before);
            json.writeRaw('\n');
        }
    }

    /** Counts what the generator writes, which is ASCII. */
    private static final class Counter extends OutputStream {

        private final PrettyFormat.Limit limit;

        Counter(PrettyFormat.Limit limit) {
            this.limit = limit;
        }

        @Override
        public void write(int single) {
            limit.take(1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            limit.take(length);
        }
    }

    /** Keeps it. */
    private static final class Ascii extends OutputStream {

        private final StringBuilder text;

        Ascii(StringBuilder text) {
            this.text = text;
        }

        @Override
        public void write(int single) {
            text.append((char) single);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            text.append(new String(bytes, offset, length, StandardCharsets.US_ASCII));
        }
    }

    /** Two spaces a level, {@code "name": value}. */
    private static class Printer extends DefaultPrettyPrinter {

        private static final long serialVersionUID = 1L;

        Printer() {
            super(
                    DEFAULT_SEPARATORS
                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                            .withObjectEmptySeparator("")
                            .withArrayEmptySeparator(""));
            indentObjectsWith(INDENT);
            indentArraysWith(INDENT);
        }
    }

    /** Puts codes for the terminal between the parts, where the generator asks for space. */
    private static final class ColouredPrinter extends Printer {

        private static final long serialVersionUID = 1L;

        private String value = "";

        /** Is told each value before it is written. */
        void next(Object next) {
            value = Ansi.of(next);
        }

        @Override
        public void beforeObjectEntries(JsonGenerator g) throws IOException {
            super.beforeObjectEntries(g);
            g.writeRaw(Ansi.NAME);
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator g) throws IOException {
            g.writeRaw(Ansi.RESET);
            super.writeObjectEntrySeparator(g);
            g.writeRaw(Ansi.NAME);
        }

        @Override
        public void writeObjectFieldValueSeparator(JsonGenerator g) throws IOException {
            g.writeRaw(Ansi.RESET);
            super.writeObjectFieldValueSeparator(g);
            g.writeRaw(value);
        }

        @Override
        public void writeEndObject(JsonGenerator g, int entries) throws IOException {
            g.writeRaw(Ansi.RESET);
            super.writeEndObject(g, entries);
        }

        @Override
        public void beforeArrayValues(JsonGenerator g) throws IOException {
            super.beforeArrayValues(g);
            g.writeRaw(value);
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator g) throws IOException {
            g.writeRaw(Ansi.RESET);
            super.writeArrayValueSeparator(g);
            g.writeRaw(value);
        }

        @Override
        public void writeEndArray(JsonGenerator g, int values) throws IOException {
            g.writeRaw(Ansi.RESET);
            super.writeEndArray(g, values);
        }
    }
}
