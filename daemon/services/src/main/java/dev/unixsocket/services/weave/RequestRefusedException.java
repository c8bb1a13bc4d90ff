package dev.unixsocket.services.weave;

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
        this(code, message, null);
    }

    /**
     * Makes the exception.
     *
     * @param code the error
     * @param message what was wrong, for a person; null lets the error speak for itself
     * @param cause what the daemon's log shows beside it; may be null
     */
    public RequestRefusedException(ErrorCode code, String message, Throwable cause) {
        super(message == null ? code.toString() : message, cause);
        this.code = code;
    }

    /** The error. */
    public ErrorCode code() {
        return code;
    }
}
