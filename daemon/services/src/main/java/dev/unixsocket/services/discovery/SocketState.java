package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.SocketProbe;

import java.util.Locale;

/** What a socket file is good for. */
public enum SocketState {
    /** A process listens on it, or receives datagrams. */
    LISTENING,
    /** A process has bound it and does not listen: it starts, or it stops. */
    BOUND,
    /** Nobody is behind it; its process is gone. */
    STALE,
    /** This user has no permission to connect. */
    REFUSED,
    /** It could not be found out: its path is too long, say. */
    UNKNOWN;

    static SocketState of(SocketProbe.State state) {
        return switch (state) {
            case LISTENING -> LISTENING;
            case BOUND -> BOUND;
            case STALE, GONE -> STALE;
            case REFUSED -> REFUSED;
            case UNKNOWN -> UNKNOWN;
        };
    }

    /** As commands show it: {@code listening}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
