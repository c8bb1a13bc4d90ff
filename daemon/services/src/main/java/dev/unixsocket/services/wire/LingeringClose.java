package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Ends a connection such that the peer can read the last message. Closing with unread bytes would
 * reset the connection under the peer's hands, so what it still sends is read and thrown away.
 * Stateless, thread-safe.
 */
public final class LingeringClose {

    /** How long a peer may go on sending after its last message, so that it comes to read that. */
    public static final Duration LIMIT = Duration.ofSeconds(2);

    private static final int DRAIN_BYTES = 16 * 1024;

    private LingeringClose() {}

    /**
     * Ends the output, and takes what still comes until the peer ends too. The caller closes.
     *
     * @param limit how long the peer may go on sending; more than 0
     * @throws IOException if the connection fails otherwise
     */
    public static void begin(ByteStream connection, Duration limit) throws IOException {
        try {
            connection.shutdownOutput();
        } catch (SyscallException e) {
            return; // the peer has gone
        }
        awaitEnd(connection, limit);
    }

    /**
     * Takes what still comes until the peer ends the stream, where somebody else ends the output.
     *
     * @param limit how long that may take; more than 0
     * @throws IOException if the connection fails otherwise
     */
    public static void awaitEnd(ByteStream connection, Duration limit) throws IOException {
        TimedReader reader = new TimedReader(connection);
        reader.begin(limit);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nowhere = arena.allocate(DRAIN_BYTES);
            while (reader.read(nowhere, 0, DRAIN_BYTES) > 0) {
                // until the peer stops
            }
        } catch (SyscallException e) {
            // The peer has gone, or its time is over: either way this is the end.
        }
    }
}
