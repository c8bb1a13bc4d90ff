package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Writes a whole message within one time limit, so that a peer that reads a byte now and then
 * cannot hold the connection for ever.
 *
 * <p>{@code SO_SNDTIMEO} could not promise that: within one write(2) the kernel begins it anew with
 * each part that the peer takes. So no call here waits but poll(2), each time for what is left.
 *
 * <p>Immutable; the socket is the caller's.
 */
final class TimedWriter {

    private final Duration limit;

    /**
     * A writer.
     *
     * @param limit for a whole message; zero means none
     */
    TimedWriter(Duration limit) {
        this.limit = limit;
    }

    /**
     * Writes until the last byte is taken: one send(2), and nothing else, where there is room.
     *
     * @param buffer native memory
     * @param length how many bytes from its beginning
     * @throws SyscallException {@link SyscallException#timedOut} when the time is over; {@code
     *     EPIPE} when the peer is gone
     */
    void writeFully(StreamSocket socket, MemorySegment buffer, long length) throws IOException {
        long done = Math.max(socket.writeNow(buffer, 0, length), 0);
        long begun = System.nanoTime();
        while (done < length) {
            if (!socket.awaitWritable(left(socket, begun))) {
                throw timedOut(socket);
            }
            long taken = socket.writeNow(buffer, done, length - done);
            if (taken != StreamSocket.WOULD_WAIT) {
                done += taken;
            }
        }
    }

    private Duration left(StreamSocket socket, long begun) throws SyscallException {
        if (limit.isZero()) {
            return limit;
        }
        Duration left = limit.minusNanos(System.nanoTime() - begun);
        if (!left.isPositive()) {
            throw timedOut(socket);
        }
        return left;
    }

    private static SyscallException timedOut(StreamSocket socket) {
        return new SyscallException("send", -Errno.EAGAIN.number(), socket.address());
    }
}
