package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Reads from a socket until a {@link Deadline}. The socket's receive timeout is the whole limit at
 * first; it is cut only when a noticeable part of the limit is gone, so that what comes promptly
 * costs no system call more than without a limit.
 *
 * <p>Confined to one thread; serves one message after another. The receive timeout of the socket is
 * this object's.
 */
public final class TimedReader {

    /** What may pass unnoticed, as a part of the limit: 1 s of 60 s. */
    private static final int NOTICEABLE_PART = 60;

    private static final long NOT_SET = -1;

    private final ByteStream socket;
    private final Deadline deadline = new Deadline();
    private long limitNanos;
    private long timeoutNanos = NOT_SET;

    /** A reader without a limit. */
    public TimedReader(ByteStream socket) {
        this.socket = socket;
    }

    /**
     * Begins a message: the time runs from now.
     *
     * @param limit for the whole message; zero means none
     */
    public void begin(Duration limit) {
        deadline.begin(limit);
        limitNanos = deadline.leftNanos() == Long.MAX_VALUE ? 0 : limit.toNanos();
    }

    /**
     * Reads what is there, waiting for the first byte.
     *
     * @param buffer native memory
     * @param offset where the bytes go
     * @param length how many at most; more than 0
     * @return how many came; 0 at the end of the stream
     * @throws SyscallException {@link SyscallException#timedOut} when the time is over
     */
    public long read(MemorySegment buffer, long offset, long length) throws IOException {
        long left = deadline.leftNanos();
        if (left <= 0) {
            throw new SyscallException("read", -Errno.EAGAIN.number(), socket.address());
        }
        // Of no limit, limitNanos is 0, which is no timeout.
        long timeout = left > limitNanos - limitNanos / NOTICEABLE_PART ? limitNanos : left;
        if (timeout != timeoutNanos) {
            socket.receiveTimeout(Duration.ofNanos(timeout));
            timeoutNanos = timeout;
        }
        return socket.read(buffer, offset, length);
    }

    /**
     * Reads until the piece is whole.
     *
     * @param length of the piece, in bytes
     * @return {@code length}, or less when the stream ended before
     * @throws SyscallException as {@link #read}
     */
    public long readFully(MemorySegment buffer, long offset, long length) throws IOException {
        long done = 0;
        while (done < length) {
            long got = read(buffer, offset + done, length - done);
            if (got == 0) {
                break;
            }
            done += got;
        }
        return done;
    }
}
