package dev.unixsocket.services.discovery;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Something that happened to a socket file.
 *
 * @param kind what
 * @param host the machine that the socket is on, empty for this one
 * @param path of the socket
 */
public record SocketEvent(Kind kind, Optional<String> host, Path path) {

    private static final Path UP = Path.of("..");

    /** Of a socket on this machine. */
    public SocketEvent(Kind kind, Path path) {
        this(kind, Optional.empty(), path);
    }

    /**
     * Where it is, for other programs, which have another working directory. As {@link #path} but
     * for that, without names that say nothing, such as {@code .}.
     */
    public Path absolutePath() {
        return absolute(path);
    }

    /** What is before {@code ..} stays: it may be a symbolic link. */
    static Path absolute(Path path) {
        Path absolute = path.toAbsolutePath();
        boolean goesUp = StreamSupport.stream(absolute.spliterator(), false).anyMatch(UP::equals);
        return goesUp ? absolute : absolute.normalize();
    }

    /** What can happen. */
    public enum Kind {
        /** A socket file is there that was not. */
        APPEARED,
        /** Connections to it are taken. */
        LISTENING,
        /** Its process is gone, the file is still there. */
        STALE,
        /** The file is gone. */
        DISAPPEARED;

        /** As commands show it: {@code appeared}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
