package dev.unixsocket.services.observatory;

import java.time.Duration;
import java.util.Optional;

/**
 * What a user chooses, but for the listeners.
 *
 * @param format how events are written to the readers of the output socket
 * @param output where events go besides
 * @param requestLimit how long a request may take to come
 * @param bodyBytes how much memory all bodies on their way may take together
 */
public record Settings(
        EventFormat format, Optional<EventOutput> output, Duration requestLimit, long bodyBytes) {}
