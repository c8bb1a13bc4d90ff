package dev.unixsocket.uds.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whether standard error goes to the journal of systemd, by {@code JOURNAL_STREAM}:
 * systemd.exec(5). It reads a priority from the beginning of each line, sd-daemon(3), and notes the
 * time itself. Stateless, thread-safe.
 */
final class Journal {

    private static final String VARIABLE = "JOURNAL_STREAM";
    private static final Path STANDARD_ERROR = Path.of("/dev/fd/2");

    private static final boolean CONNECTED = isConnected(System.getenv());

    private Journal() {}

    /** Whether standard error is the stream that the variable names. */
    private static boolean isConnected(Map<String, String> environment) {
        String stream = environment.getOrDefault(VARIABLE, "");
        if (stream.isEmpty()) {
            return false;
        }
        try {
            Map<String, Object> file = Files.readAttributes(STANDARD_ERROR, "unix:dev,ino");
            return stream.equals(file.get("dev") + ":" + file.get("ino"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Whether it does. */
    static boolean isConnected() {
        return CONNECTED;
    }

    /**
     * Text for standard error as the journal wants it, and as it is where that does not get it.
     *
     * @param priority of syslog(3), such as 3 for an error
     * @param text one or more lines
     */
    static String marked(int priority, String text) {
        String mark = "<" + priority + ">";
        return CONNECTED ? mark + text.replace("\n", "\n" + mark) : text;
    }
}
