package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What a {@link SharedMemorySocket} reads from once there are rings.
 *
 * <p>For one thread at a time. When the memory is unmapped by {@code close}, every call that
 * touches it throws.
 */
final class RingInput {

    private final RingReader in;
    private final Doorbell bell;
    private final RingWait wait;
    private final RingFailure failure;
    private final Direction direction;

    RingInput(RingReader in, Doorbell bell) {
        this.in = in;
        this.bell = bell;
        wait = new RingWait(in, bell);
        failure = new RingFailure(bell);
        direction = bell.socket().state().input();
    }

    void waiting(Waiting waiting) {
        wait.waiting(waiting);
    }

    long read(MemorySegment buffer, long offset, long length) throws IOException {
        try {
            if (length > 0) {
                buffer.get(JAVA_BYTE, offset); // freed, or another thread's: before it waits
            }
            int count = there(length);
            if (count > 0) {
                MemorySegment.copy(in.memory(), in.offset(), buffer, offset, count);
                released(count);
            }
            return count;
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "read");
        }
    }

    int read(byte[] array, int offset, int length) throws IOException {
        try {
            int count = there(length);
            if (count > 0) {
                MemorySegment.copy(in.memory(), JAVA_BYTE, in.offset(), array, offset, count);
                released(count);
            }
            return count;
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "read");
        }
    }

    int read(ByteBuffer buffer) throws IOException {
        try {
            buffer.get(buffer.position()); // as above
            int count = there(buffer.remaining());
            if (count > 0) {
                int position = buffer.position();
                buffer.put(position, in.buffer(), in.offset(), count);
                buffer.position(position + count);
                released(count);
            }
            return count;
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "read");
        }
    }

    /** Waits for the first byte: how many there are, as far as they are wanted; 0 at the end. */
    private int there(long wanted) throws IOException {
        long there = in.ready(Math.min(wanted, in.capacity));
        if (there <= 0) {
            there = await(1);
        }
        return (int) Math.min(there, wanted);
    }

    private void released(long count) {
        if (in.release(count)) {
            bell.ring();
        }
    }

    /**
     * Waits for bytes to read in place.
     *
     * @return how many there are, fewer than wanted only at the end of the stream
     */
    long await(long wanted) throws IOException {
        failure.requireOpen("read");
        if (wanted < 1 || wanted > in.capacity) {
            throw RingFailure.tooMuch(in, wanted);
        }
        try {
            long there = in.ready(wanted);
            if (there < wanted) {
                there = wait.await(wanted, direction.deadline());
            }
            // A close ends the socket's stream first, which is not the end of this one.
            boolean isEnd = there == 0 && bell.socket().isOpen();
            return there > 0 || isEnd ? there : failure.fail("read", there);
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "read");
        }
    }

    MemorySegment memory() {
        return in.memory();
    }

    long capacity() {
        return in.capacity;
    }

    long offset() {
        return in.offset();
    }

    void release(long count) throws IOException {
        failure.requireOpen("read");
        try {
            if (count < 0 || count > Math.max(0, in.ready(0))) {
                throw new IndexOutOfBoundsException("so many bytes are not there: " + count);
            }
            released(count);
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "read");
        }
    }

    /** What was read in place cannot be: ends the connection. */
    IOException broken() {
        return failure.broken("read");
    }

    IOException closedOr(IllegalStateException e) {
        return failure.closedOr(e, "read");
    }
}
