package dev.unixsocket.services.wire;

import java.io.IOException;
import java.io.Serial;

/**
 * What came is not what the protocol allows: a length above the limit, a frame cut short, bytes
 * that are not MessagePack, a message without a field that it needs. The message says which.
 */
public final class FrameException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** In characters. */
    private static final int MAX_MESSAGE = 300;

    /** An exception that says what was wrong; what a peer sent can be long, and is cut. */
    public FrameException(String message) {
        super(message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…");
    }
}
