package dev.unixsocket.services.events;

/** What carries a channel. */
public enum Transport {
    /** A socket file. */
    UNIX,
    /** A TCP port of 127.0.0.1. */
    TCP
}
