package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What a {@link SharedMemorySocket} writes to once there are rings.
 *
 * <p>For one thread at a time. When the memory is unmapped by {@code close}, every call that
 * touches it throws.
 */
final class RingOutput {

    /** A write shows what it has written in parts, so that the peer can begin to read. */
    private static final long MOST_AT_ONCE = 128 * 1024;

    private final RingWriter out;
    private final Doorbell bell;
    private final RingWait wait;
    private final RingFailure failure;
    private final Direction direction;
    private final long chunk;

    /** How many bytes from the position on the user may write to. */
    private long claimed;

    RingOutput(RingWriter out, Doorbell bell) {
        this.out = out;
        this.bell = bell;
        wait = new RingWait(out, bell);
        failure = new RingFailure(bell);
        direction = bell.socket().state().output();
        chunk = Math.min(MOST_AT_ONCE, out.capacity / 4);
    }

    void waiting(Waiting waiting) {
        wait.waiting(waiting);
    }

    long write(MemorySegment buffer, long offset, long length) throws IOException {
        long deadline = direction.deadline();
        long done = 0;
        try {
            while (done < length) {
                long room = room(length - done, deadline);
                if (room <= 0) {
                    return unfinished(done, room);
                }
                MemorySegment.copy(buffer, offset + done, out.memory(), out.offset(), room);
                published(room);
                done += room;
            }
            return done;
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "write");
        }
    }

    int write(byte[] array, int offset, int length) throws IOException {
        long deadline = direction.deadline();
        int done = 0;
        try {
            while (done < length) {
                long room = room(length - done, deadline);
                if (room <= 0) {
                    return (int) unfinished(done, room);
                }
                int count = (int) room;
                MemorySegment.copy(
                        array, offset + done, out.memory(), JAVA_BYTE, out.offset(), count);
                published(count);
                done += count;
            }
            return done;
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "write");
        }
    }

    int write(ByteBuffer buffer) throws IOException {
        long deadline = direction.deadline();
        int first = buffer.position();
        try {
            while (buffer.hasRemaining()) {
                long room = room(buffer.remaining(), deadline);
                if (room <= 0) {
                    return (int) unfinished(buffer.position() - first, room);
                }
                int count = (int) room;
                out.buffer().put(out.offset(), buffer, buffer.position(), count);
                buffer.position(buffer.position() + count);
                published(count);
            }
            return buffer.position() - first;
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "write");
        }
    }

    /** Waits for room: for how many bytes there is, as far as it is used at once. */
    private long room(long wanted, long deadline) {
        if (out.isOver() || bell.isHungUp()) {
            return 0;
        }
        long atOnce = Math.min(wanted, chunk);
        long room = out.ready(atOnce);
        return Math.min(atOnce, room > 0 ? room : wait.await(1, deadline));
    }

    private void published(long count) {
        claimed = 0;
        if (out.publish(count)) {
            bell.ring();
        }
    }

    private long unfinished(long done, long result) throws IOException {
        boolean interrupted = Errno.EINTR.is(result) || result == RingEnd.BROKEN;
        return done > 0 && !interrupted ? done : fail(result);
    }

    private long fail(long result) throws IOException {
        return failure.fail("write", result == 0 ? -Errno.EPIPE.number() : result);
    }

    MemorySegment memory() {
        return out.memory();
    }

    long capacity() {
        return out.capacity;
    }

    /** Waits for room for so many bytes, to be written in place; where it is. */
    long claim(long bytes) throws IOException {
        failure.requireOpen("write");
        if (bytes < 1 || bytes > out.capacity) {
            throw RingFailure.tooMuch(out, bytes);
        }
        try {
            long room = out.isOver() || bell.isHungUp() ? 0 : out.ready(bytes);
            if (room < bytes) {
                room = wait.await(bytes, direction.deadline());
            }
            if (room < bytes) {
                return fail(room);
            }
            claimed = bytes;
            return out.offset();
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "write");
        }
    }

    void publish(long count) throws IOException {
        failure.requireOpen("write");
        if (count < 0 || count > claimed) {
            throw new IndexOutOfBoundsException("so many bytes are not claimed: " + count);
        }
        try {
            published(count);
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "write");
        }
    }

    void finish() throws IOException {
        try {
            if (out.finish()) {
                bell.ring();
            }
        } catch (IllegalStateException e) {
            throw failure.closedOr(e, "shutdown");
        }
    }

    IOException closedOr(IllegalStateException e) {
        return failure.closedOr(e, "write");
    }
}
