package dev.unixsocket.uds.observatory;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Colours a YAML document for a terminal. It is read again for that, since what writes YAML does
 * not say which part of an event it is writing.
 */
final class YamlColours {

    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();

    private final int[] text;
    private final StringBuilder coloured;
    private int copied;

    /** What comes next in each collection that is open, the innermost first. */
    private final Deque<Next> open = new ArrayDeque<>();

    private enum Next {
        /** The name of a field. */
        NAME,
        /** Its value. */
        VALUE,
        /** An item of a sequence, or the whole document. */
        ITEM
    }

    private YamlColours(String document) {
        text = document.codePoints().toArray();
        coloured = new StringBuilder(2 * document.length());
    }

    static String colour(String document) {
        YamlColours colours = new YamlColours(document);
        new ParserImpl(SETTINGS, new StreamReader(SETTINGS, document))
                .forEachRemaining(colours::take);
        colours.copyTo(colours.text.length);
        return colours.coloured.toString();
    }

    private void take(Event event) {
        switch (event.getEventId()) {
            case MappingStart -> open.push(Next.NAME);
            case SequenceStart -> open.push(Next.ITEM);
            case MappingEnd, SequenceEnd -> {
                open.pop();
                advance();
            }
            case Scalar -> {
                boolean name = open.peek() == Next.NAME;
                scalar((ScalarEvent) event, name ? Ansi.NAME : colourOf((ScalarEvent) event));
                advance();
            }
            default -> {}
        }
    }

    private void advance() {
        if (open.peek() == Next.NAME) {
            open.pop();
            open.push(Next.VALUE);
        } else if (open.peek() == Next.VALUE) {
            open.pop();
            open.push(Next.NAME);
        }
    }

    private void scalar(ScalarEvent scalar, String colour) {
        copyTo(scalar.getStartMark().orElseThrow().getIndex());
        coloured.append(colour);
        copyTo(scalar.getEndMark().orElseThrow().getIndex());
        coloured.append(Ansi.RESET);
    }

    private static String colourOf(ScalarEvent scalar) {
        String value = scalar.getValue();
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN || value.isEmpty()) {
            return Ansi.TEXT;
        }
        char first = value.charAt(0);
        if (first == '-' || Character.isDigit(first)) {
            return Ansi.NUMBER;
        }
        return switch (value) {
            case "true", "false", "null" -> Ansi.OTHER;
            default -> Ansi.TEXT;
        };
    }

    private void copyTo(int index) {
        while (copied < index) {
            coloured.appendCodePoint(text[copied++]);
        }
    }
}
