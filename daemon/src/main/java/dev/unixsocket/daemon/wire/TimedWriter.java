package dev.unixsocket.daemon.wire;

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
 * <p>Confined to one thread; serves one message after another.
 */
public final class TimedWriter {

    private final Deadline deadline;

    /**
     * A writer.
     *
     * @param limit for a whole message; zero means none. It must be the socket's send timeout at
     *     {@link #writeFully}
     */
    public TimedWriter(Duration limit) {
        deadline = new Deadline(limit);
    }

    /**
     * Writes until the last byte is taken: one write(2) unless the peer is slow.
     *
     * @param buffer native memory
     * @param length how many bytes from its beginning
     * @throws SyscallException {@link SyscallException#timedOut} when the time is over; {@code
     *     EPIPE} when the peer is gone
     */
    public void writeFully(StreamSocket socket, MemorySegment buffer, long length)
            throws IOException {
        deadline.begin();
        long done = 0;
        while (done < length) {
            if (deadline.mustTighten()) {
                tighten(socket);
            }
            done += socket.write(buffer, done, length - done);
        }
    }

    private void tighten(StreamSocket socket) throws IOException {
        Duration left = deadline.left();
        if (!left.isPositive()) {
            throw new SyscallException("write", -Errno.EAGAIN.number(), socket.address());
        }
        socket.sendTimeout(left);
    }
}
