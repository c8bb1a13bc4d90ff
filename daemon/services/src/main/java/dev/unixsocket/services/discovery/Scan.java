package dev.unixsocket.services.discovery;

import java.time.Duration;

/**
 * How to look at a directory.
 *
 * @param depth how far down
 * @param handshake whether to ask the services for metadata
 */
public record Scan(Depth depth, Handshake handshake) {

    /** How long to wait for one socket. */
    static final Duration LIMIT = Duration.ofMillis(300);

    /** How far down. */
    public enum Depth {
        /** This directory's own sockets. */
        FLAT(0),
        /** Those of the directories directly in it too. */
        ONE_BELOW(1),
        /** Those of all directories below it too, without following symbolic links. */
        RECURSIVE(Integer.MAX_VALUE);

        private final int levels;

        Depth(int levels) {
            this.levels = levels;
        }

        int levels() {
            return levels;
        }
    }

    /** Whether to ask the services for metadata, which sends them bytes. */
    public enum Handshake {
        /** Sends nothing. */
        OFF,
        /** Asks those that listen; see {@code docs/DISCOVERY.md}. */
        ON
    }

    /** One directory, nothing sent. */
    public static final Scan DEFAULT = new Scan(Depth.FLAT, Handshake.OFF);
}
