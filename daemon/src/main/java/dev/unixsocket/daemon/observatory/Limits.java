package dev.unixsocket.daemon.observatory;

import java.time.Duration;

/** How much one connection may ask for; the same for both engines. */
final class Limits {

    /** The longest request line, and the longest all header lines together, in bytes. */
    static final int HEADER_BYTES = 64 * 1024;

    /** How many bytes of line ends may come before a request line. */
    static final int LEAD_IN_BYTES = 64;

    /** The largest body, in bytes. */
    static final int BODY_BYTES = 10 * 1024 * 1024;

    /** What may wait for a reader that is slow, in bytes; one line may be larger. */
    static final int QUEUE_BYTES = 1024 * 1024;

    /** How many connections may wait to be accepted. */
    static final int BACKLOG = 128;

    /** How long a sender that was refused may go on sending, so that it comes to its answer. */
    static final Duration LINGER = Duration.ofSeconds(2);

    /** How long requests in hand and queued lines may take once the service is to stop. */
    static final Duration STOP = Duration.ofSeconds(2);

    private Limits() {}

    static RefusedException headersTooLarge() {
        return new RefusedException(
                Status.HEADERS_TOO_LARGE,
                "the request line and the header may have " + HEADER_BYTES + " bytes each");
    }

    static RefusedException bodyTooLarge() {
        return new RefusedException(
                Status.CONTENT_TOO_LARGE, "the body may have " + BODY_BYTES + " bytes");
    }

    static RefusedException tooSlow(Duration limit) {
        return new RefusedException(
                Status.REQUEST_TIMEOUT,
                "the request was not complete within " + limit.toMillis() + " ms");
    }

    static RefusedException cutShort() {
        return RefusedException.malformed("the stream ended within the request");
    }
}
