package dev.unixsocket.services.events;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Set;

/**
 * What a server does, apart from where.
 *
 * @param maxConnections how many subscribers there may be
 * @param pendingLimit how many messages are kept while nobody is there
 * @param clientQueueLimit how many messages may wait for one subscriber
 * @param slowPolicy what happens when more would
 * @param maxFrameBytes longest message
 * @param ioTimeout how long a frame that has begun may take, and a peer to accept a batch
 * @param closeTimeout how long subscribers may take, at the end, what waits for them
 * @param zone of {@code timestamp_iso}
 * @param mode on which thread it serves when it is just told to
 * @param permissions what clients may do besides listening
 */
record ServerOptions(
        int maxConnections,
        int pendingLimit,
        int clientQueueLimit,
        SlowPolicy slowPolicy,
        int maxFrameBytes,
        Duration ioTimeout,
        Duration closeTimeout,
        ZoneId zone,
        Mode mode,
        Set<Permission> permissions) {

    /** What waits for one subscriber has at most so many bytes, or is one message. */
    static final long CLIENT_QUEUE_BYTES = 16L * 1024 * 1024;

    static final Duration IO_TIMEOUT = Duration.ofSeconds(30);

    /** On which thread a server serves. */
    enum Mode {
        BLOCKING,
        BACKGROUND
    }

    /** What clients may be allowed. */
    enum Permission {
        SEND,
        SHUT_DOWN
    }

    boolean allows(Permission permission) {
        return permissions.contains(permission);
    }
}
