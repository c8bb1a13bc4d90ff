package dev.unixsocket.services.events;

import java.io.IOException;
import java.io.Serial;

/** What can go wrong with an event channel, by type. The messages are for people. */
public abstract sealed class EventException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    private EventException(String message) {
        super(message);
    }

    private EventException(String message, Throwable cause) {
        super(message, cause);
    }

    /** There is no connection: nobody listens, or it was lost. */
    public static final class ConnectionFailed extends EventException {

        @Serial private static final long serialVersionUID = 1L;

        public ConnectionFailed(String message) {
            super(message);
        }

        public ConnectionFailed(String message, Throwable cause) {
            super(message + ": " + cause.getMessage(), cause);
        }
    }

    /** A message cannot be sent, or what came is none. */
    public static final class MessageInvalid extends EventException {

        @Serial private static final long serialVersionUID = 1L;

        public MessageInvalid(String message, Throwable cause) {
            super(message + ": " + cause.getMessage(), cause);
        }

        public MessageInvalid(String message) {
            super(message);
        }
    }

    /** A name or a setting is not one. */
    public static final class ValidationFailed extends EventException {

        @Serial private static final long serialVersionUID = 1L;

        public ValidationFailed(String message) {
            super(message);
        }
    }

    /** Something did not happen in time. */
    public static final class TimeoutExpired extends EventException {

        @Serial private static final long serialVersionUID = 1L;

        public TimeoutExpired(String message) {
            super(message);
        }
    }

    /** The server has as many clients as it takes. */
    public static final class MaxConnectionsReached extends EventException {

        @Serial private static final long serialVersionUID = 1L;

        public MaxConnectionsReached(String message) {
            super(message);
        }
    }
}
