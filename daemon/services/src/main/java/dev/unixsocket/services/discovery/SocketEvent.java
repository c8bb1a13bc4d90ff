package dev.unixsocket.services.discovery;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Something that happened to a socket file.
 *
 * @param kind what
 * @param path of the socket
 */
public record SocketEvent(Kind kind, Path path) {

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
