package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Reads a message in pieces of known length, all of it within one time limit, so that a peer that
 * sends a byte now and then cannot hold the connection for ever.
 *
 * <p>Confined to one thread; serves one message after another.
 */
public final class TimedReader {

    private final Deadline deadline;
    private StreamSocket socket;

    /**
     * A reader.
     *
     * @param limit for a whole message; zero means none. It must be the socket's receive timeout at
     *     {@link #begin}
     */
    public TimedReader(Duration limit) {
        deadline = new Deadline(limit);
    }

    /** Begins a message: the time runs from now. */
    public void begin(StreamSocket socket) {
        this.socket = socket;
        deadline.begin();
    }

    /**
     * Reads until the piece is whole.
     *
     * @param buffer native memory
     * @param offset where the piece goes
     * @param length of the piece, in bytes
     * @return {@code length}, or less when the stream ended before
     * @throws SyscallException {@link SyscallException#timedOut} when the time for the message is
     *     over
     */
    public long readFully(MemorySegment buffer, long offset, long length) throws IOException {
        long done = 0;
        while (done < length) {
            if (deadline.mustTighten()) {
                tighten();
            }
            long got = socket.read(buffer, offset + done, length - done);
            if (got == 0) {
                break;
            }
            done += got;
        }
        return done;
    }

    private void tighten() throws IOException {
        Duration left = deadline.left();
        if (!left.isPositive()) {
            throw new SyscallException("read", -Errno.EAGAIN.number(), socket.address());
        }
        socket.receiveTimeout(left);
    }
}
