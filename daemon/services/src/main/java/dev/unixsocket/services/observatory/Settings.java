package dev.unixsocket.services.observatory;

import java.time.Duration;

/**
 * What a user chooses, but for the listeners.
 *
 * @param standardOutput whether events go to standard output
 * @param format how events are written
 * @param requestLimit how long a request may take to come
 * @param bodyBytes how much memory all bodies on their way may take together
 */
public record Settings(
        boolean standardOutput, EventFormat format, Duration requestLimit, long bodyBytes) {}
