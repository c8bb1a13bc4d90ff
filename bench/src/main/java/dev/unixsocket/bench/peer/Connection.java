package dev.unixsocket.bench.peer;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * A connection whose calls wait, as each library makes it. It reads into, and writes from, the
 * beginning of the buffer that it was opened with.
 *
 * <p>Confined to one thread.
 */
interface Connection extends Closeable {

    /**
     * Reads exactly that many bytes into the buffer.
     *
     * @return false at the end of the stream
     */
    boolean read(int offset, int length) throws IOException;

    /** Writes the first {@code length} bytes of the buffer, all of them. */
    void write(int length) throws IOException;

    /**
     * Asks the kernel who the peer is, where the library can.
     *
     * @throws IOException if it is another user
     */
    void authenticate() throws IOException;

    /** Sets the timeouts of reads and writes, those of them that the library can. */
    void timeouts(Duration receive, Duration send) throws IOException;
}
