package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;

/**
 * A stream over two rings, with a socket as the doorbell: what {@link SharedMemorySocket} does once
 * the rings are there.
 *
 * <p>One thread may read while another writes. When the memory is unmapped by {@code close}, every
 * call that touches it throws.
 */
final class RingStream {

    /** Not enough is ready, and more may come. */
    private static final long NOT_YET = Long.MIN_VALUE;

    /** How often a spin looks at the ring before it looks at the clock. */
    private static final int LOOKS = 32;

    /** How long a spin goes on before it looks whether the peer has gone, in nanoseconds. */
    private static final long LOOK_AT_SOCKET = 10_000_000;

    /** A write shows what it has written in parts, so that the peer can begin to read. */
    private static final long MOST_AT_ONCE = 128 * 1024;

    private final RingReader in;
    private final RingWriter out;
    private final Doorbell bell;
    private final StreamSocket socket;
    private final long chunk;

    private Spinner readSpinner;
    private Spinner writeSpinner;

    /** How many bytes from the position on the user may write to. */
    private long claimed;

    RingStream(RingReader in, RingWriter out, Doorbell bell, Waiting waiting) {
        this.in = in;
        this.out = out;
        this.bell = bell;
        socket = bell.socket();
        chunk = Math.min(MOST_AT_ONCE, out.capacity / 4);
        waiting(waiting);
    }

    /** The socket only ever waits for bells; the rings are what is spun on. */
    void waiting(Waiting waiting) {
        readSpinner = spinner(waiting);
        writeSpinner = spinner(waiting);
        socket.waiting(waiting instanceof Waiting.Park ? waiting : Waiting.block());
    }

    private static Spinner spinner(Waiting waiting) {
        return switch (waiting) {
            case Waiting.Spin spin -> new Spinner(Timeouts.nanos(spin.budget()), false);
            case Waiting.Adaptive spin -> new Spinner(Timeouts.nanos(spin.budget()), true);
            default -> null;
        };
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
            throw closedOr(e, "read");
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
            throw closedOr(e, "read");
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
            throw closedOr(e, "read");
        }
    }

    /** Waits for the first byte: how many there are, as far as they are wanted; 0 at the end. */
    private int there(long wanted) throws IOException {
        long there = in.ready(Math.min(wanted, in.capacity));
        if (there <= 0) {
            there = awaitInput(1);
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
    long awaitInput(long wanted) throws IOException {
        requireOpen("read");
        if (wanted < 1 || wanted > in.capacity) {
            throw tooMuch(in, wanted);
        }
        try {
            long there = in.ready(wanted);
            if (there < wanted) {
                long deadline = socket.state().input().deadline();
                there = await(in, wanted, readSpinner, deadline);
            }
            // A close ends the socket's stream first, which is not the end of this one.
            return there > 0 || there == 0 && socket.isOpen() ? there : fail("read", there);
        } catch (IllegalStateException e) {
            throw closedOr(e, "read");
        }
    }

    private static IndexOutOfBoundsException tooMuch(RingEnd end, long bytes) {
        return new IndexOutOfBoundsException(
                "a ring of %d bytes has no %d".formatted(end.capacity, bytes));
    }

    MemorySegment input() {
        return in.memory();
    }

    long inputOffset() {
        return in.offset();
    }

    void release(long count) throws IOException {
        requireOpen("read");
        try {
            if (count < 0 || count > Math.max(0, in.ready(0))) {
                throw new IndexOutOfBoundsException("so many bytes are not there: " + count);
            }
            released(count);
        } catch (IllegalStateException e) {
            throw closedOr(e, "read");
        }
    }

    long write(MemorySegment buffer, long offset, long length) throws IOException {
        long deadline = socket.state().output().deadline();
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
            throw closedOr(e, "write");
        }
    }

    int write(byte[] array, int offset, int length) throws IOException {
        long deadline = socket.state().output().deadline();
        int done = 0;
        try {
            while (done < length) {
                int room = (int) room(length - done, deadline);
                if (room <= 0) {
                    return (int) unfinished(done, room);
                }
                MemorySegment.copy(
                        array, offset + done, out.memory(), JAVA_BYTE, out.offset(), room);
                published(room);
                done += room;
            }
            return done;
        } catch (IllegalStateException e) {
            throw closedOr(e, "write");
        }
    }

    int write(ByteBuffer buffer) throws IOException {
        long deadline = socket.state().output().deadline();
        int first = buffer.position();
        try {
            while (buffer.hasRemaining()) {
                int room = (int) room(buffer.remaining(), deadline);
                if (room <= 0) {
                    return (int) unfinished(buffer.position() - first, room);
                }
                out.buffer().put(out.offset(), buffer, buffer.position(), room);
                buffer.position(buffer.position() + room);
                published(room);
            }
            return buffer.position() - first;
        } catch (IllegalStateException e) {
            throw closedOr(e, "write");
        }
    }

    /** Waits for room: for how many bytes there is, as far as it is used at once. */
    private long room(long wanted, long deadline) {
        if (out.isOver() || bell.isHungUp()) {
            return 0;
        }
        long atOnce = Math.min(wanted, chunk);
        long room = out.ready(atOnce);
        return Math.min(atOnce, room > 0 ? room : await(out, 1, writeSpinner, deadline));
    }

    private void published(long count) {
        claimed = 0;
        if (out.publish(count)) {
            bell.ring();
        }
    }

    private long unfinished(long done, long result) throws IOException {
        boolean interrupted = Errno.EINTR.is(result) || result == RingEnd.BROKEN;
        return done > 0 && !interrupted ? done : failWrite(result);
    }

    private long failWrite(long result) throws IOException {
        return fail("write", result == 0 ? -Errno.EPIPE.number() : result);
    }

    MemorySegment output() {
        return out.memory();
    }

    /** Waits for room for so many bytes, to be written in place; where it is. */
    long claim(long bytes) throws IOException {
        requireOpen("write");
        if (bytes < 1 || bytes > out.capacity) {
            throw tooMuch(out, bytes);
        }
        try {
            long room = out.isOver() || bell.isHungUp() ? 0 : out.ready(bytes);
            if (room < bytes) {
                long deadline = socket.state().output().deadline();
                room = await(out, bytes, writeSpinner, deadline);
            }
            if (room < bytes) {
                return failWrite(room);
            }
            claimed = bytes;
            return out.offset();
        } catch (IllegalStateException e) {
            throw closedOr(e, "write");
        }
    }

    void publish(long count) throws IOException {
        requireOpen("write");
        if (count < 0 || count > claimed) {
            throw new IndexOutOfBoundsException("so many bytes are not claimed: " + count);
        }
        try {
            published(count);
        } catch (IllegalStateException e) {
            throw closedOr(e, "write");
        }
    }

    void finish() throws IOException {
        try {
            if (out.finish()) {
                bell.ring();
            }
        } catch (IllegalStateException e) {
            throw closedOr(e, "shutdown");
        }
    }

    /**
     * Waits until an end has something to do.
     *
     * @return how much, at least what is wanted; less, or 0, when there will never be more; {@link
     *     RingEnd#BROKEN}; {@code -errno}
     */
    private long await(RingEnd end, long wanted, Spinner spinner, long deadline) {
        if (end.wakesBeforeItWaits()) {
            bell.ring();
        }
        long ready = spinner == null ? look(end, wanted) : spin(end, wanted, spinner, deadline);
        if (ready != NOT_YET) {
            return ready;
        }
        long since = spinner == null ? 0 : System.nanoTime();
        ready = sleep(end, wanted, deadline);
        if (spinner != null) {
            spinner.blocked(System.nanoTime() - since);
        }
        return ready;
    }

    private long look(RingEnd end, long wanted) {
        long ready = end.ready(wanted);
        if (ready >= wanted || ready == RingEnd.BROKEN) {
            return ready;
        }
        return end.isOver() || bell.isHungUp() ? end.last() : NOT_YET;
    }

    private long spin(RingEnd end, long wanted, Spinner spinner, long deadline) {
        long began = spinner.begin();
        if (began == Spinner.NO_SPIN) {
            return look(end, wanted);
        }
        long looked = began;
        long ready;
        while ((ready = lookOften(end, wanted)) == NOT_YET) {
            if (socket.state().hasEnded() || spinner.goOn(began, deadline) == Spinner.NO_SPIN) {
                return NOT_YET;
            }
            if (System.nanoTime() - looked > LOOK_AT_SOCKET) {
                bell.look();
                looked = System.nanoTime();
            }
        }
        spinner.found(began);
        return ready;
    }

    private long lookOften(RingEnd end, long wanted) {
        for (int i = 0; i < LOOKS; i++) {
            long ready = end.ready(wanted);
            if (ready >= wanted || ready == RingEnd.BROKEN) {
                return ready;
            }
            Thread.onSpinWait();
        }
        return look(end, wanted);
    }

    private long sleep(RingEnd end, long wanted, long deadline) {
        while (true) {
            int taken = bell.taken();
            end.sleeps(true);
            long ready = look(end, wanted);
            long woken = ready == NOT_YET ? bell.await(taken, deadline) : 1;
            end.sleeps(false);
            if (ready != NOT_YET || Errno.EINTR.is(woken)) {
                return ready != NOT_YET ? ready : woken;
            }
            // Bells that nobody asked for do not make it longer.
            if (Timeouts.left(deadline) <= 0) {
                ready = look(end, wanted);
                return ready != NOT_YET ? ready : -Errno.EAGAIN.number();
            }
        }
    }

    private long fail(String call, long result) throws IOException {
        requireOpen(call);
        if (result == RingEnd.BROKEN) {
            bell.hangUp();
            socket.shutdown();
            throw new IOException(
                    "%s: the peer wrote into shared memory what cannot be: %s"
                            .formatted(call, socket.address()));
        }
        if (!Errno.EINTR.is(result)) {
            throw new SyscallException(call, result, socket.address());
        }
        socket.close();
        throw new ClosedByInterruptException();
    }

    private void requireOpen(String call) throws SocketClosedException {
        if (!socket.isOpen()) {
            throw new SocketClosedException(call, socket.address());
        }
    }

    /** The memory is unmapped by close, whatever is done with it meanwhile. */
    private IOException closedOr(IllegalStateException e, String call) {
        if (socket.isOpen()) {
            throw e;
        }
        return new SocketClosedException(call, socket.address());
    }
}
