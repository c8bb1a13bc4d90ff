package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.Event;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.JsonTree;
import dev.unixsocket.services.wire.Escaped;

import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.emitter.Emitter;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes an event as a YAML document: a {@code ---} line, then a field a line. */
final class PrettyYaml {

    private static final DumpSettings SETTINGS =
            DumpSettings.builder()
                    .setExplicitStart(true)
                    .setSplitLines(false)
                    .setWidth(Integer.MAX_VALUE)
                    .build();

    private static final ImplicitTuple PLAIN = new ImplicitTuple(true, false);
    private static final ImplicitTuple QUOTED = new ImplicitTuple(false, true);

    /** A text that no reader of YAML 1.1 or 1.2 can take for a number, a date or the like. */
    private static final Pattern SURELY_TEXT = Pattern.compile("[A-Za-z_/][^:#]*");

    private static final Pattern KEYWORD =
            Pattern.compile("y|yes|n|no|true|false|on|off|null", Pattern.CASE_INSENSITIVE);

    private final Emitter emitter;

    private PrettyYaml(Emitter emitter) {
        this.emitter = emitter;
    }

    static EventFormat format(PrettyFormat.Colours colours) {
        return new PrettyFormat(
                (event, limit) -> {
                    String document = Escaped.yaml(document(event, limit));
                    return colours == PrettyFormat.Colours.ANSI
                            ? YamlColours.colour(document)
                            : document;
                });
    }

    private static String document(Event event, PrettyFormat.Limit limit) {
        emit(event, new Counter(limit));
        StringBuilder text = new StringBuilder(limit.characters());
        emit(event, new Appender(text));
        return text.toString();
    }

    private static void emit(Event event, StreamDataWriter out) {
        Emitter emitter = new Emitter(SETTINGS, out);
        emitter.emit(new StreamStartEvent());
        emitter.emit(new DocumentStartEvent(true, Optional.empty(), Map.of()));
        new PrettyYaml(emitter).write(event.fields());
        emitter.emit(new DocumentEndEvent(false));
        emitter.emit(new StreamEndEvent());
    }

    private void write(Object value) {
        switch (value) {
            case Map<?, ?> object -> {
                emitter.emit(
                        new MappingStartEvent(
                                Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
                object.forEach(
                        (name, field) -> {
                            text((String) name);
                            write(field);
                        });
                emitter.emit(new MappingEndEvent());
            }
            case List<?> array -> {
                emitter.emit(
                        new SequenceStartEvent(
                                Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
                array.forEach(this::write);
                emitter.emit(new SequenceEndEvent());
            }
            case JsonTree.Literal literal -> scalar(PLAIN, literal.text(), ScalarStyle.PLAIN);
            default -> text((String) value);
        }
    }

    private void text(String text) {
        boolean plain = SURELY_TEXT.matcher(text).matches() && !KEYWORD.matcher(text).matches();
        if (!Escaped.lines(text).equals(text)) {
            scalar(QUOTED, text, ScalarStyle.DOUBLE_QUOTED);
        } else if (text.indexOf('\n') >= 0) {
            scalar(QUOTED, text, ScalarStyle.LITERAL);
        } else if (plain) {
            scalar(new ImplicitTuple(true, true), text, ScalarStyle.PLAIN);
        } else {
            scalar(QUOTED, text, ScalarStyle.SINGLE_QUOTED);
        }
    }

    private void scalar(ImplicitTuple implicit, String text, ScalarStyle style) {
        emitter.emit(new ScalarEvent(Optional.empty(), Optional.empty(), implicit, text, style));
    }

    /** Counts what the emitter writes. */
    private record Counter(PrettyFormat.Limit limit) implements StreamDataWriter {

        @Override
        public void write(String part) {
            limit.take(part.length());
        }

        @Override
        public void write(String part, int offset, int length) {
            limit.take(length);
        }
    }

    /** Keeps it. */
    private record Appender(StringBuilder text) implements StreamDataWriter {

        @Override
        public void write(String part) {
            text.append(part);
        }

        @Override
        public void write(String part, int offset, int length) {
            text.append(part, offset, offset + length);
        }
    }
}
