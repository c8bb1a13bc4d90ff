package dev.unixsocket.services.wire;

import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Makes any text fit for a terminal: a name or a message that somebody else chose can hold
 * newlines, escape codes, C1 controls, or characters that turn the writing around. Stateless,
 * thread-safe.
 */
public final class Escaped {

    private static final IntPredicate LINE_BREAK_OR_TAB = c -> c == '\n' || c == '\t';

    private static final IntPredicate LINE_BREAK_OR_ESC = c -> c == '\n' || c == 0x1b;

    private Escaped() {}

    /**
     * The text on one line, with what could do something written as {@code \n}, {@code \x1b}, …; a
     * backslash is doubled, so that the text can be told from what is written so.
     */
    public static String of(String text) {
        return of(text, c -> c != '\\' && isHarmless(c));
    }

    /** A path as a line; one that is not text, as the URI that has its bytes. */
    public static String of(Path path) {
        String text = path.toString();
        return Path.of(text).equals(path) ? of(text) : path.toUri().toString();
    }

    /**
     * As {@link #of(String)}, leaving backslashes as they are: for a sentence of this program's, in
     * which some names may be escaped already.
     */
    public static String sentence(String text) {
        return of(text, Escaped::isHarmless);
    }

    /** As {@link #sentence}, leaving line breaks and tabs as they are: for a stack trace. */
    public static String lines(String text) {
        return of(text, LINE_BREAK_OR_TAB.or(Escaped::isHarmless));
    }

    /**
     * JSON with the same meaning: such characters, which can only be in its texts, by their
     * numbers.
     */
    static String json(String json) {
        return of(json, Escaped::isHarmless, Escaped::jsonForm);
    }

    /**
     * As {@link #json}, of several lines, which may be coloured by the escape codes of a terminal:
     * line feeds and ESC, which cannot be in a text of JSON, stay.
     */
    public static String jsonLines(String json) {
        return of(json, LINE_BREAK_OR_ESC.or(Escaped::isHarmless), Escaped::jsonForm);
    }

    private static String jsonForm(int character) {
        StringBuilder form = new StringBuilder();
        for (char unit : Character.toChars(character)) {
            form.append("\\u%04x".formatted((int) unit));
        }
        return form.toString();
    }

    /**
     * A YAML document with the same meaning, if such characters are in texts in double quotes only,
     * but for line feeds.
     */
    public static String yaml(String document) {
        return of(document, LINE_BREAK_OR_TAB.or(Escaped::isHarmless), Escaped::yamlForm);
    }

    private static String yamlForm(int character) {
        return (character <= 0xFFFF ? "\\u%04x" : "\\U%08x").formatted(character);
    }

    private static String of(String text, IntPredicate stays) {
        return of(text, stays, Escaped::form);
    }

    private static String of(String text, IntPredicate stays, IntFunction<String> form) {
        if (text.codePoints().allMatch(stays)) {
            return text;
        }
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .forEach(
                        c -> {
                            if (stays.test(c)) {
                                line.appendCodePoint(c);
                            } else {
                                line.append(form.apply(c));
                            }
                        });
        return line.toString();
    }

    private static String form(int character) {
        return switch (character) {
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            case '\r' -> "\\r";
            case '\\' -> "\\\\";
            default -> (character <= 0xFF ? "\\x%02x" : "\\u{%x}").formatted(character);
        };
    }

    private static boolean isHarmless(int character) {
        if (character >= ' ' && character <= '~') {
            return true;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
