package dev.unixsocket.services.observatory;

import java.time.Duration;
import java.util.Optional;

/**
 * What a user chooses, but for the listeners.
 *
 * @param format how events are written to the readers of the output socket
 * @param output where events go besides
 * @param requestLimit how long a request may take to come
 * @param idleLimit how long a connection may be idle whose sender may be waiting for its end
 * @param memoryBytes how much memory requests, events and queues may take together
 */
public record Settings(
        EventFormat format,
        Optional<EventOutput> output,
        Duration requestLimit,
        Duration idleLimit,
        long memoryBytes) {

    /**
     * How long a connection may be idle after a request: a client that is known to use a connection
     * again has the time of a request. One that reads to the end of the stream, as scripts do,
     * should not wait so long for its answer to be complete.
     */
    public Duration idleLimit(Head head) {
        return head.knowsPersistence() ? requestLimit : idleLimit;
    }

    /** The shorter one of the two limits. */
    Duration shortestLimit() {
        return requestLimit.compareTo(idleLimit) < 0 ? requestLimit : idleLimit;
    }
}
