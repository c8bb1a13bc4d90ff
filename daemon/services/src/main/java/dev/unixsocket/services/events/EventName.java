package dev.unixsocket.services.events;

import dev.unixsocket.services.server.Sidecar;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The name of a channel: letters, digits, {@code _} and {@code -}, at most 64. It names files, and
 * such a name cannot lead out of their directory.
 *
 * @param text the name
 */
public record EventName(String text) {

    private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9_-]+");
    private static final int MAX_LENGTH = 64;

    public static EventName of(String text) throws EventException.ValidationFailed {
        if (!FORM.matcher(text).matches()) {
            throw new EventException.ValidationFailed(
                    "the name of a channel has letters, digits, _ and - only: \"" + text + "\"");
        }
        if (text.length() > MAX_LENGTH) {
            throw new EventException.ValidationFailed(
                    "the name of a channel has at most %d characters, this one has %d"
                            .formatted(MAX_LENGTH, text.length()));
        }
        return new EventName(text);
    }

    public Path socket(Path directory) {
        return directory.resolve(text + ".sock");
    }

    Path sidecar(Path directory) {
        return Sidecar.of(socket(directory));
    }

    @Override
    public String toString() {
        return text;
    }
}
