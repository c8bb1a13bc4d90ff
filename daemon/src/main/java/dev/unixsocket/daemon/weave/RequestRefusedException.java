package dev.unixsocket.daemon.weave;

import java.io.Serial;

/** A request that a daemon answers with an error, and the error that it answers. */
public final class RequestRefusedException extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    /** The error. */
    private final ErrorCode code;

    /**
     * Makes the exception.
     *
     * @param code the error
     * @param message what was wrong, for a person
     */
    public RequestRefusedException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** The error. */
    public ErrorCode code() {
        return code;
    }
}
