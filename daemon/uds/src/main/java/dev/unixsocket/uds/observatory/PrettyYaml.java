package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.Event;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.JsonTree;

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

import java.nio.charset.StandardCharsets;
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
                (event, out) -> {
                    String document = document(event);
                    String text =
                            colours == PrettyFormat.Colours.ANSI
                                    ? YamlColours.colour(document)
                                    : document;
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                });
    }

    private static String document(Event event) {
        StringBuilder text = new StringBuilder();
        Emitter emitter = new Emitter(SETTINGS, new Appender(text, PrettyFormat.most(event)));
        emitter.emit(new StreamStartEvent());
        emitter.emit(new DocumentStartEvent(true, Optional.empty(), Map.of()));
        new PrettyYaml(emitter).write(event.fields());
        emitter.emit(new DocumentEndEvent(false));
        emitter.emit(new StreamEndEvent());
        return text.toString();
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
        if (text.chars().anyMatch(PrettyYaml::mustBeEscaped)) {
            scalar(QUOTED, text, ScalarStyle.DOUBLE_QUOTED);
        } else if (text.indexOf('\n') >= 0) {
            scalar(QUOTED, text, ScalarStyle.LITERAL);
        } else if (plain) {
            scalar(new ImplicitTuple(true, true), text, ScalarStyle.PLAIN);
        } else {
            scalar(QUOTED, text, ScalarStyle.SINGLE_QUOTED);
        }
    }

    /** Control characters, and those that some reader of YAML takes for the end of a line. */
    private static boolean mustBeEscaped(int c) {
        return (c < ' ' && c != '\n' && c != '\t')
                || (c >= 0x7F && c < 0xA0)
                || c == 0x2028
                || c == 0x2029
                || c == 0xFEFF;
    }

    private void scalar(ImplicitTuple implicit, String text, ScalarStyle style) {
        emitter.emit(new ScalarEvent(Optional.empty(), Optional.empty(), implicit, text, style));
    }

    private record Appender(StringBuilder text, int most) implements StreamDataWriter {

        @Override
        public void write(String part) {
            write(part, 0, part.length());
        }

        @Override
        public void write(String part, int offset, int length) {
            PrettyFormat.check((long) text.length() + length, most);
            text.append(part, offset, offset + length);
        }
    }
}
