package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Ends a connection such that the peer can read the last message. Closing with unread bytes would
 * reset the connection under the peer's hands, so what it still sends is read and thrown away.
 */
public final class Farewell {

    private static final int DRAIN_BYTES = 16 * 1024;

    private Farewell() {}

    /**
     * Ends the output, and takes what still comes until the peer ends too. The caller closes.
     *
     * @param limit how long the peer may go on sending; more than 0
     * @throws IOException if the connection fails otherwise
     */
    public static void say(StreamSocket connection, Duration limit) throws IOException {
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
    public static void awaitEnd(StreamSocket connection, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nowhere = arena.allocate(DRAIN_BYTES);
            long left = limit.toNanos();
            do {
                connection.receiveTimeout(Duration.ofNanos(left));
                if (connection.read(nowhere, 0, DRAIN_BYTES) == 0) {
                    return;
                }
                left = end - System.nanoTime();
            } while (left > 0);
        } catch (SyscallException e) {
            // The peer has gone, or its time is over: either way this is the end.
        }
    }
}
