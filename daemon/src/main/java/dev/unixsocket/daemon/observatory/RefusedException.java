package dev.unixsocket.daemon.observatory;

import java.io.Serial;

/**
 * A request that cannot be taken. Its sender is told, and the connection is closed: where the next
 * request would begin is not known.
 */
final class RefusedException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    private final Status status;

    RefusedException(Status status, String message) {
        super(message, null, false, false); // no stack trace: the mistake is not in here
        this.status = status;
    }

    /** 400, with a sentence that says what is wrong. */
    static RefusedException malformed(String message) {
        return new RefusedException(Status.BAD_REQUEST, message);
    }

    /** What its sender is answered. */
    Answer answer() {
        return Answer.error(status, getMessage());
    }
}
