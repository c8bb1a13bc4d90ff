package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes an event as JSON. Text outside ASCII is escaped, so that no reader finds a line end in it.
 */
final class JsonSink implements FieldSink {

    /** A payload of the greatest depth may come one level deeper, among the displaced fields. */
    private static final int MAX_DEPTH = Payload.MAX_DEPTH + 1;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .streamWriteConstraints(
                            StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");

    private final JsonGenerator generator;
    private final ValueColour colour;

    private JsonSink(JsonGenerator generator, ValueColour colour) {
        this.generator = generator;
        this.colour = colour;
    }

    /** A line. */
    static byte[] line(Event event, EventFormat.Colours colours) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try {
            write(event, null, _ -> {}, out);
        } catch (IOException e) {
            throw new AssertionError("the payload was found to be well-formed", e);
        }
        return out.toByteArray();
    }

    /** Several lines. */
    static void writePretty(Event event, EventFormat.Colours colours, OutputStream out)
            throws IOException {
        if (colours == EventFormat.Colours.ANSI) {
            ColouredPrinter printer = new ColouredPrinter();
            write(event, printer, printer::colourOfNextValue, out);
        } else {
            write(event, new Printer(), _ -> {}, out);
        }
    }

    private static void write(
            Event event, PrettyPrinter printer, ValueColour colour, OutputStream out)
            throws IOException {
        try (JsonGenerator generator = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
            generator.setPrettyPrinter(printer);
            EventFields.write(event, new JsonSink(generator, colour));
            generator.writeRaw('\n');
        }
    }

    @Override
    public void beginObject() throws IOException {
        colour.next("");
        generator.writeStartObject();
    }

    @Override
    public void endObject() throws IOException {
        generator.writeEndObject();
    }

    @Override
    public void beginArray() throws IOException {
        colour.next("");
        generator.writeStartArray();
    }

    @Override
    public void endArray() throws IOException {
        generator.writeEndArray();
    }

    @Override
    public void name(String name) throws IOException {
        generator.writeFieldName(name);
    }

    @Override
    public void text(String text) throws IOException {
        colour.next(Ansi.TEXT);
        generator.writeString(text);
    }

    @Override
    public void literal(JsonToken kind, String literal) throws IOException {
        colour.next(Ansi.of(kind));
        if (kind.isNumeric()) {
            generator.writeNumber(literal); // as it is: no digit is lost
        } else {
            generator.writeRawValue(literal);
        }
    }

    /** Is told the colour of each value before it is written. */
    private interface ValueColour {
        void next(String colour);
    }

    /** Two spaces a level, {@code "name": value}. */
    private static class Printer extends DefaultPrettyPrinter {

        private static final long serialVersionUID = 1L;

        Printer() {
            super(
                    DEFAULT_SEPARATORS
                            .withObjectFieldValueSpacing(
                                    com.fasterxml.jackson.core.util.Separators.Spacing.AFTER)
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

        void colourOfNextValue(String colour) {
            value = colour;
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
