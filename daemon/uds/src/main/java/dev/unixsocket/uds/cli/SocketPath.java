package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.Address;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The path of a socket as a user gives it. Stateless, thread-safe. */
public final class SocketPath {

    private static final int WRITE = 2;
    private static final int PASS = 1;

    private SocketPath() {}

    /**
     * Its address.
     *
     * @throws IllegalArgumentException if no socket can have it, or an abstract name is meant
     */
    public static Address.UnixPath of(Path path) {
        String text = path.toString();
        if (text.startsWith("@")) {
            throw new IllegalArgumentException(
                    "%s is no path: --abstract %s for the abstract name, ./%s for a file"
                            .formatted(text, text.substring(1), text));
        }
        return Address.path(path);
    }

    /**
     * The socket file, or the directory on the way to it, whose mode keeps somebody from
     * connecting, for a message; empty where there is none.
     */
    static Optional<String> closedAt(Path socket, Visitor visitor) {
        try {
            Path real = socket.toRealPath();
            if (visitor.may(WRITE, real)) {
                Path directory = real.getParent();
                while (directory != null && visitor.may(PASS, directory)) {
                    directory = directory.getParent();
                }
                real = directory;
            }
            return real == null ? Optional.empty() : Optional.of(withMode(real));
        } catch (IOException e) {
            return Optional.empty(); // it is not known
        }
    }

    private static String withMode(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode");
        return "%s has the mode %04o".formatted(path, mode & 07777);
    }
}
