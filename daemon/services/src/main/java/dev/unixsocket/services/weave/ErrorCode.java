package dev.unixsocket.services.weave;

import java.util.Locale;
import java.util.Optional;

/** Why a daemon refuses a request or cannot answer it, by its number on the wire. */
public enum ErrorCode {
    /** The first four bytes are not "WEVE". */
    INVALID_MAGIC(1, 400),
    /** A version other than 1. */
    UNSUPPORTED_VERSION(2, 400),
    /** A model other than 0. */
    INVALID_MODEL_ID(3, 400),
    /** A prompt that is empty, too long, or not inside the prompt data. */
    INVALID_PROMPT(4, 400),
    /** A width or height out of bounds, or a picture too large for one message. */
    INVALID_DIMENSIONS(5, 400),
    /** A number of steps out of bounds. */
    INVALID_STEPS(6, 400),
    /** A guidance scale out of bounds. */
    INVALID_CFG(7, 400),
    /** The backend ran out of memory. */
    OUT_OF_MEMORY(8, 500),
    /** The backend's device failed. */
    GPU_ERROR(9, 500),
    /** The backend took too long. */
    TIMEOUT(10, 500),
    /** Anything else. */
    INTERNAL(99, 500);

    private final int number;
    private final int status;

    ErrorCode(int number, int status) {
        this.number = number;
        this.status = status;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The status on the wire: 400 when the request is to blame, 500 when the daemon is. */
    public int status() {
        return status;
    }

    /** The code of that number. */
    public static Optional<ErrorCode> of(int number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
