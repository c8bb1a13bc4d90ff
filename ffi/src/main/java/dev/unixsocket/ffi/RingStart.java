package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A connection before it is known whether its bytes go through rings or through the socket, and
 * while some of them still go through the socket.
 *
 * <p>One thread may read while another writes.
 */
abstract sealed class RingStart permits RingOffer, RingAcceptance {

    private static final int MOST_BYTES_COPIED = 64 * 1024;

    final StreamSocket socket;
    final Doorbell bell;
    final RingMemory memory;

    private Waiting waiting;

    /** Once it is known: the rings, or that there are none. Guarded by this. */
    private RingInput inputRing;

    private RingOutput outputRing;
    private boolean plain;

    /** What reads, and what writes, go to from now on; null for this object. */
    private volatile RingInput input;

    private volatile RingOutput output;
    private volatile boolean plainInput;
    private volatile boolean plainOutput;

    RingStart(StreamSocket socket, RingMemory memory) {
        this.socket = socket;
        this.memory = memory;
        bell = new Doorbell(socket);
        waiting = socket.waiting();
    }

    /** Where reads go; null while they do not go to a ring. */
    final RingInput input() {
        return input;
    }

    final RingOutput output() {
        return output;
    }

    /** Whether it is known that there are rings. */
    final synchronized boolean isShared() {
        return inputRing != null;
    }

    final synchronized Waiting waiting() {
        return waiting;
    }

    final synchronized void waiting(Waiting waiting) {
        this.waiting = waiting;
        if (inputRing != null) {
            inputRing.waiting(waiting);
            outputRing.waiting(waiting);
            socket.waiting(waiting instanceof Waiting.Park ? waiting : Waiting.block());
        } else {
            socket.waiting(waiting);
        }
    }

    /** Whether nothing is known. Guarded by this. */
    final boolean isOpenQuestion() {
        return inputRing == null && !plain;
    }

    /** From now on both go through the socket. Guarded by this. */
    final void settlePlain() {
        plain = true;
        memory.run();
    }

    /** From now on there are rings. Guarded by this. */
    final void settleShared(RingFile file, RingReader in, RingWriter out) {
        if (file.areBothRegistered()) {
            in.barriers();
            out.barriers();
        }
        inputRing = new RingInput(in, bell);
        outputRing = new RingOutput(out, bell);
        waiting(waiting);
    }

    /** Nothing of the stream comes through the socket any more, or all of it does. */
    final synchronized void openInput() {
        input = inputRing;
        plainInput = plain;
    }

    /** As {@link #openInput}, for what goes out. */
    final synchronized void openOutput() {
        output = outputRing;
        plainOutput = plain;
    }

    /** The ring to read in place from. */
    final RingInput inputRing() {
        return required(input, "read");
    }

    /** The ring to write in place to. */
    final RingOutput outputRing() {
        if (output == null && isShared() && !isBehind()) {
            settleOutput();
        }
        return required(output, "write");
    }

    private static <R> R required(R ring, String verb) {
        if (ring == null) {
            throw new IllegalStateException(
                    "there is no ring to %s in place: isShared() says whether there will be one"
                            .formatted(verb));
        }
        return ring;
    }

    /** Reads while the input is no ring, or becomes one. */
    final long read(MemorySegment buffer, long offset, long length) throws IOException {
        long count = LOOK_AGAIN;
        while (count == LOOK_AGAIN) {
            RingInput ring = input;
            if (ring != null) {
                count = ring.read(buffer, offset, length);
            } else if (plainInput) {
                count = socket.read(buffer, offset, length);
            } else {
                count = readFirst(buffer, offset, length);
            }
        }
        return count;
    }

    final int read(byte[] array, int offset, int length) throws IOException {
        return plainInput
                ? socket.read(array, offset, length)
                : readFirst(ByteBuffer.wrap(array, offset, length));
    }

    final int read(ByteBuffer buffer) throws IOException {
        return plainInput ? socket.read(buffer) : readFirst(buffer);
    }

    /** Through native memory, as all that is read before it is known where it comes from. */
    private int readFirst(ByteBuffer buffer) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int room = Math.min(buffer.remaining(), MOST_BYTES_COPIED);
            MemorySegment memory = arena.allocate(room);
            int count = (int) read(memory, 0, room);
            buffer.put(memory.asSlice(0, count).asByteBuffer());
            return count;
        }
    }

    /** Writes while the output is no ring, or becomes one. */
    final long write(MemorySegment buffer, long offset, long length) throws IOException {
        long done = 0;
        while (done < length && !plainOutput && output == null) {
            long count = writeFirst(buffer, offset + done, length - done);
            done += Math.max(0, count);
            if (count != LOOK_AGAIN && isBehind()) {
                return done;
            }
        }
        return done < length
                ? done + writeRest(done > 0, buffer, offset + done, length - done)
                : done;
    }

    private long writeRest(boolean some, MemorySegment buffer, long offset, long length)
            throws IOException {
        try {
            RingOutput ring = output;
            return ring != null
                    ? ring.write(buffer, offset, length)
                    : socket.write(buffer, offset, length);
        } catch (SyscallException e) {
            if (some) {
                return 0; // what was taken before counts
            }
            throw e;
        }
    }

    final int write(byte[] array, int offset, int length) throws IOException {
        return plainOutput
                ? socket.write(array, offset, length)
                : writeFirst(ByteBuffer.wrap(array, offset, length));
    }

    final int write(ByteBuffer buffer) throws IOException {
        return plainOutput ? socket.write(buffer) : writeFirst(buffer);
    }

    private int writeFirst(ByteBuffer buffer) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int position = buffer.position();
            MemorySegment memory = arena.allocate(buffer.remaining());
            memory.asByteBuffer().put(buffer);
            buffer.position(position);
            int count = (int) write(memory, 0, memory.byteSize());
            buffer.position(position + count);
            return count;
        }
    }

    /**
     * Reads from the socket while the input is not open.
     *
     * @return as a read; {@link #LOOK_AGAIN} when the input may be open
     */
    abstract long readFirst(MemorySegment buffer, long offset, long length) throws IOException;

    static final long LOOK_AGAIN = -1;

    /** As {@link #readFirst}, for a write while the output is not open; it may write a part. */
    abstract long writeFirst(MemorySegment buffer, long offset, long length) throws IOException;

    /** Whether the last write was cut short, by the send timeout. */
    abstract boolean isBehind();

    /** Opens the output, whatever else is known. */
    abstract void settleOutput();

    /** Waits until it is known whether there are rings, and opens what can be opened. */
    abstract void awaitAnswer(long nanos) throws IOException;

    /** Closes what is still open but the socket and the memory. */
    abstract void close();
}
