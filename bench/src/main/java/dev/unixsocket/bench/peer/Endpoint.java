package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Address;

import java.nio.file.Path;

/**
 * Where a server of the benchmarks listens, written {@code unix:PATH}, {@code abstract:NAME},
 * {@code seqpacket:PATH} or {@code tcp:PORT}.
 *
 * @param kind the family and type of socket
 * @param value the path, name or port
 */
public record Endpoint(Kind kind, String value) {

    /** The families and types of socket. */
    public enum Kind {
        /** AF_UNIX, {@code SOCK_STREAM}, a socket file. */
        UNIX,
        /** AF_UNIX, {@code SOCK_STREAM}, a name in the abstract namespace. */
        ABSTRACT,
        /** AF_UNIX, {@code SOCK_SEQPACKET}, a socket file. */
        SEQPACKET,
        /** TCP on 127.0.0.1; port 0 lets the kernel choose. */
        TCP;

        String scheme() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** Whether a listener of this kind leaves a file. */
        public boolean hasFile() {
            return this == UNIX || this == SEQPACKET;
        }
    }

    /**
     * Reads an endpoint.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static Endpoint parse(String text) {
        for (Kind kind : Kind.values()) {
            if (text.startsWith(kind.scheme() + ":")) {
                return new Endpoint(kind, text.substring(kind.scheme().length() + 1));
            }
        }
        throw new IllegalArgumentException(
                "not an endpoint: \""
                        + text
                        + "\"; it is unix:PATH, abstract:NAME, seqpacket:PATH or tcp:PORT");
    }

    /** A socket file. */
    public static Endpoint unix(Path path) {
        return new Endpoint(Kind.UNIX, path.toString());
    }

    /** A TCP port of 127.0.0.1; 0 lets the kernel choose. */
    static Endpoint tcp(int port) {
        return new Endpoint(Kind.TCP, Integer.toString(port));
    }

    /** The path of a kind that has a file. */
    Path path() {
        return Path.of(value);
    }

    /** The port of a TCP endpoint. */
    int port() {
        return Integer.parseInt(value);
    }

    /** The address for the FFM sockets. */
    Address address() {
        return switch (kind) {
            case UNIX, SEQPACKET -> Address.path(value);
            case ABSTRACT -> Address.abstractName(value);
            case TCP -> Address.loopback(port());
        };
    }

    @Override
    public String toString() {
        return kind.scheme() + ":" + value;
    }
}
