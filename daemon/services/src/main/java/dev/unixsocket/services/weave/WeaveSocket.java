package dev.unixsocket.services.weave;

import java.nio.file.Path;
import java.util.Map;

/** Where the socket of {@code weave-compute} is: {@code $XDG_RUNTIME_DIR/weave/weave.sock}. */
public final class WeaveSocket {

    /** The name of the socket file. */
    public static final String FILE = "weave.sock";

    private static final String VARIABLE = "XDG_RUNTIME_DIR";
    private static final String DIRECTORY = "weave";

    private WeaveSocket() {}

    /**
     * The path of the socket.
     *
     * @param environment as of {@link System#getenv()}
     * @throws IllegalArgumentException if it holds bytes that are no text, whose path Java would
     *     get wrong
     * @throws WeaveException.RuntimeDirectoryNotSet if {@code XDG_RUNTIME_DIR} is unset or empty
     */
    public static Path path(Map<String, String> environment)
            throws WeaveException.RuntimeDirectoryNotSet {
        String runtimeDirectory = environment.get(VARIABLE);
        if (runtimeDirectory == null || runtimeDirectory.isEmpty()) {
            throw new WeaveException.RuntimeDirectoryNotSet();
        }
        if (runtimeDirectory.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException(
                    VARIABLE + " holds bytes that are no text: " + runtimeDirectory);
        }
        return Path.of(runtimeDirectory, DIRECTORY, FILE);
    }
}
