package dev.unixsocket.services.observatory;

import java.time.Duration;

/** How much one connection may ask for; the same for both engines. */
public final class Limits {

    /** The longest request line, and the longest all header lines together, in bytes. */
    public static final int HEADER_BYTES = 64 * 1024;

    /** How many bytes of line ends may come before a request line. */
    public static final int LEADING_LINE_END_BYTES = 64;

    /** The largest body, in bytes. */
    public static final int BODY_BYTES = 10 * 1024 * 1024;

    /** What may wait for a reader that is slow, in bytes; one line may be larger. */
    public static final int QUEUE_BYTES = 1024 * 1024;

    /** How many connections may wait to be accepted. */
    public static final int BACKLOG = 128;

    /** How long requests in hand and queued lines may take once the service is to stop. */
    public static final Duration STOP = Duration.ofSeconds(2);

    private Limits() {}

    public static RefusedException headersTooLarge() {
        return new RefusedException(
                Status.HEADERS_TOO_LARGE,
                "the request line or the header is longer than " + HEADER_BYTES + " bytes");
    }

    static RefusedException bodyTooLarge() {
        return new RefusedException(
                Status.CONTENT_TOO_LARGE, "the body is larger than " + BODY_BYTES + " bytes");
    }

    public static RefusedException tooSlow(Duration limit) {
        return new RefusedException(
                Status.REQUEST_TIMEOUT,
                "the request was not complete within " + limit.toMillis() + " ms");
    }

    /** There is no memory for one more. */
    public static RefusedException tooManyConnections() {
        return new RefusedException(
                Status.SERVICE_UNAVAILABLE, "there are too many connections: try again later");
    }

    public static RefusedException cutShort() {
        return RefusedException.malformed("the stream ended within the request");
    }
}
