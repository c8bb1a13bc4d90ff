package dev.unixsocket.services.observatory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects the bytes of a line, which come in pieces. Confined to one thread. */
final class LineReader {

    private byte[] bytes = new byte[256];
    private int length;
    private boolean complete = true;

    /** How a line ends. */
    enum End {
        /** With CR LF, or with LF alone, as people type it; RFC 9112, section 2.2. */
        ANY,
        /** With CR LF only. */
        CRLF
    }

    /**
     * Takes bytes up to the end of a line.
     *
     * @param limit how many bytes the line may have, without its end
     * @return whether the line is complete: {@link #text} is what it holds, until the next call
     * @throws RefusedException if it is longer, or does not end as it should
     */
    boolean read(ByteBuffer in, int limit, End end) throws RefusedException {
        if (complete) {
            length = 0;
            complete = false;
        }
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                finish(limit, end);
                return true;
            }
            if (length > limit) { // by more than the CR
                throw Limits.headersTooLarge();
            }
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * length);
            }
            bytes[length++] = b;
        }
        return false;
    }

    private void finish(int limit, End end) throws RefusedException {
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        } else if (end == End.CRLF) {
            throw RefusedException.malformed("a line does not end with CR LF");
        }
        if (length > limit) {
            throw Limits.headersTooLarge();
        }
        complete = true;
    }

    /** Whether no byte of a line has come since the last one was complete. */
    boolean isEmpty() {
        return complete || length == 0;
    }

    /** How many bytes the line has, without its end. */
    int length() {
        return length;
    }

    /** The line, a character for each byte. */
    String text() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
