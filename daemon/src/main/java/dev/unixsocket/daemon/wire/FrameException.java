package dev.unixsocket.daemon.wire;

import java.io.IOException;
import java.io.Serial;

/**
 * What came is not what the protocol allows: a length above the limit, a frame cut short, bytes
 * that are not MessagePack, a message without a field that it needs. The message says which.
 */
public final class FrameException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** An exception that says what was wrong. */
    public FrameException(String message) {
        super(message);
    }
}
