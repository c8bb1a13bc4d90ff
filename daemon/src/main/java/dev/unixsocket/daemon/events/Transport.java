package dev.unixsocket.daemon.events;

/** What carries a channel. */
enum Transport {
    /** A socket file. */
    UNIX,
    /** A TCP port of 127.0.0.1. */
    TCP
}
