package dev.unixsocket.ffi;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * What a call on a ring that cannot go on throws.
 *
 * <p>Thread-safe.
 *
 * @param bell of the connection
 */
record RingFailure(Doorbell bell) {

    /**
     * Throws what fits, after ending a connection that is broken.
     *
     * @param result {@link RingEnd#BROKEN} or {@code -errno}
     */
    long fail(String call, long result) throws IOException {
        requireOpen(call);
        if (result == RingEnd.BROKEN) {
            throw broken(call);
        }
        if (!Errno.EINTR.is(result)) {
            throw new SyscallException(call, result, bell.socket().address());
        }
        bell.socket().close();
        throw new ClosedByInterruptException();
    }

    /** The peer does not keep to the format: ends the connection. */
    IOException broken(String call) {
        bell.hangUp();
        bell.socket().shutdown();
        return new IOException(
                "%s: the peer wrote into shared memory what cannot be: %s"
                        .formatted(call, bell.socket().address()));
    }

    void requireOpen(String call) throws SocketClosedException {
        if (!bell.socket().isOpen()) {
            throw new SocketClosedException(call, bell.socket().address());
        }
    }

    /** The memory is unmapped by close, whatever is done with it meanwhile. */
    IOException closedOr(IllegalStateException e, String call) {
        if (bell.socket().isOpen()) {
            throw e;
        }
        return new SocketClosedException(call, bell.socket().address());
    }

    static IndexOutOfBoundsException tooMuch(RingEnd end, long bytes) {
        return new IndexOutOfBoundsException(
                "a ring of %d bytes has no %d".formatted(end.capacity, bytes));
    }
}
