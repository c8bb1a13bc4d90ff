package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.Address;

import java.io.IOException;
import java.io.Serial;

/** Why no picture came from a daemon; each reason is a type of its own. */
public abstract sealed class WeaveException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    private WeaveException(String message) {
        super(message);
    }

    private WeaveException(String message, IOException cause) {
        super(message, cause);
    }

    /** {@code XDG_RUNTIME_DIR} is unset or empty, so that there is no path to a socket. */
    public static final class RuntimeDirectoryNotSet extends WeaveException {
        @Serial private static final long serialVersionUID = 1L;

        RuntimeDirectoryNotSet() {
            super("XDG_RUNTIME_DIR not set");
        }
    }

    /** There is no socket file: {@code ENOENT}. */
    public static final class NotRunning extends WeaveException {
        @Serial private static final long serialVersionUID = 1L;

        NotRunning(Address socket, IOException cause) {
            super("weave-compute daemon not running (socket not found): " + socket, cause);
        }
    }

    /** There is a socket file and nobody listens on it: {@code ECONNREFUSED}. */
    public static final class NotAccepting extends WeaveException {
        @Serial private static final long serialVersionUID = 1L;

        NotAccepting(Address socket, IOException cause) {
            super("weave-compute daemon not accepting connections: " + socket, cause);
        }
    }

    /** The daemon's backlog stayed full. */
    public static final class ConnectionTimeout extends WeaveException {
        @Serial private static final long serialVersionUID = 1L;

        ConnectionTimeout(IOException cause) {
            super("weave-compute daemon connection timeout", cause);
        }
    }

    /** No whole answer came in time. */
    public static final class ReadTimeout extends WeaveException {
        @Serial private static final long serialVersionUID = 1L;

        ReadTimeout(IOException cause) {
            super("weave-compute daemon read timeout", cause);
        }
    }

    /** The daemon closed the connection before its answer was whole: it refuses this user, say. */
    public static final class ConnectionClosed extends WeaveException {
        @Serial private static final long serialVersionUID = 1L;

        ConnectionClosed() {
            super("weave-compute daemon closed connection");
        }
    }

    /** The daemon answered with an error. */
    public static final class Refused extends WeaveException {
        @Serial private static final long serialVersionUID = 1L;

        /** Status on the wire. */
        private final int status;

        /** Error code on the wire. */
        private final int errorCode;

        Refused(int status, int errorCode, String message) {
            super("weave-compute daemon error " + errorCode + " (" + status + "): " + message);
            this.status = status;
            this.errorCode = errorCode;
        }

        /** The status on the wire: 400 or 500. */
        public int status() {
            return status;
        }

        /** The number of the error; {@link ErrorCode#of} names those that are known. */
        public int errorCode() {
            return errorCode;
        }
    }

    /** What came is not an answer of this protocol, or larger than one may be. */
    public static final class BadAnswer extends WeaveException {
        @Serial private static final long serialVersionUID = 1L;

        BadAnswer(String what) {
            super("weave-compute daemon sent a bad answer: " + what);
        }
    }
}
