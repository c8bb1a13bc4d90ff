package dev.unixsocket.uds.events;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Messages from lines of JSON, of which the blank ones are skipped.
 *
 * <p>Confined to one thread.
 */
final class JsonLines {

    private final BufferedReader input;
    private long number;

    JsonLines(InputStream input) {
        // A byte is a character here: what is no UTF-8 is for the reader of JSON to refuse, where
        // a decoder would replace it.
        this.input = new BufferedReader(new InputStreamReader(input, StandardCharsets.ISO_8859_1));
    }

    /**
     * The next message; empty at the end.
     *
     * @throws IllegalArgumentException if the line is none, and says which; the next can be read
     */
    Optional<JsonEvents.Line> next() throws IOException {
        String line;
        do {
            line = input.readLine();
            number++;
        } while (line != null && line.isBlank());
        if (line == null) {
            number--;
            return Optional.empty();
        }
        try {
            return Optional.of(JsonEvents.parse(line.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException e) {
            throw atLine(e);
        }
    }

    /** A refusal of the line that was read last. */
    IllegalArgumentException atLine(Exception e) {
        return new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
    }

    /** How many lines were read, the blank ones too. */
    long number() {
        return number;
    }
}
