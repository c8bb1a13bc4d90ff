package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.Serial;

/**
 * A part of a message is lost: it was longer than the buffer to receive it, or this process had no
 * numbers left for all of its descriptors. What came is where it would be otherwise, in the buffer
 * and in the {@link Ancillary}; the socket can be used on.
 */
public final class TruncatedException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** How many bytes are in the buffer. */
    private final long received;

    /** How many bytes the message had. */
    private final long sent;

    private TruncatedException(String message, long received, long sent) {
        super(message);
        this.received = received;
        this.sent = sent;
    }

    /** For a message that was longer than the buffer. */
    static TruncatedException ofBytes(long received, long sent, Address socket) {
        String length = sent > received ? sent + " bytes" : "more bytes";
        return new TruncatedException(
                "receive: a message of %s was cut to the %d that there is room for: %s"
                        .formatted(length, received, socket),
                received,
                sent);
    }

    /** For a message that lost descriptors. */
    static TruncatedException ofDescriptors(String call, int left, long received, Address socket) {
        return new TruncatedException(
                "%s: the kernel closed descriptors of a message and left %d, for want of free ones in this process: %s"
                        .formatted(call, left, socket),
                received,
                received);
    }

    /**
     * How many bytes are in the buffer.
     *
     * @return bytes that are in the buffer
     */
    public long received() {
        return received;
    }

    /**
     * How many bytes the message had; more than {@link #received} where they were cut (on macOS,
     * which does not say how many, the same).
     *
     * @return bytes
     */
    public long sent() {
        return sent;
    }
}
