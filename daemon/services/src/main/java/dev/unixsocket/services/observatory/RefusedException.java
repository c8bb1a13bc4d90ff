package dev.unixsocket.services.observatory;

import java.io.Serial;

/**
 * A request that cannot be taken. Its sender is told, and the connection is closed: where the next
 * request would begin is not known.
 */
public final class RefusedException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    private final transient Response response;

    RefusedException(Status status, String message) {
        this(Response.error(status, message), message);
    }

    private RefusedException(Response response, String message) {
        super(message, null, false, false); // no stack trace: the mistake is not in here
        this.response = response;
    }

    /** With a response that could have been given at the end of the request as well. */
    static RefusedException early(Response response) {
        return new RefusedException(response, "the body is not wanted");
    }

    /** 400, with a sentence that says what is wrong. */
    public static RefusedException malformed(String message) {
        return new RefusedException(Status.BAD_REQUEST, message);
    }

    /** What its sender is answered. */
    Response response() {
        return response;
    }
}
