package dev.unixsocket.uds.discovery;

import java.nio.file.Path;

/**
 * Makes any text fit for a line on a terminal: a name that somebody else chose can hold newlines,
 * escape codes, or characters that turn the writing around. Stateless, thread-safe.
 */
final class HarmlessText {

    private HarmlessText() {}

    /** The text with what could do something written as {@code \\n}, {@code \\x1b}, … */
    static String of(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(character -> append(line, character));
        return line.toString();
    }

    /** A path as a line; one that is not text, as the URI that has its bytes. */
    static String of(Path path) {
        String text = path.toString();
        return Path.of(text).equals(path) ? of(text) : path.toUri().toString();
    }

    private static void append(StringBuilder line, int character) {
        switch (character) {
            case '\n' -> line.append("\\n");
            case '\t' -> line.append("\\t");
            case '\r' -> line.append("\\r");
            case '\\' -> line.append("\\\\");
            default -> {
                if (isHarmless(character)) {
                    line.appendCodePoint(character);
                } else {
                    String form = character <= 0xFF ? "\\x%02x" : "\\u{%x}";
                    line.append(form.formatted(character));
                }
            }
        }
    }

    private static boolean isHarmless(int character) {
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
