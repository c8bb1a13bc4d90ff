package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A connection before it is known whether its bytes go through rings or through the socket, and
 * while some of them still go through the socket.
 *
 * <p>One thread may read while another writes.
 */
abstract sealed class RingStart permits RingOffer, RingAcceptance {

    final StreamSocket socket;
    final Doorbell bell;
    final RingMemory memory;

    private Waiting waiting;

    /** Once it is known: the rings, or that there are none. Guarded by this. */
    private RingStream rings;

    private boolean plain;

    /** What reads, and what writes, go to from now on; null for this object. */
    private volatile RingStream input;

    private volatile RingStream output;
    private volatile boolean plainInput;
    private volatile boolean plainOutput;

    RingStart(StreamSocket socket, RingMemory memory) {
        this.socket = socket;
        this.memory = memory;
        bell = new Doorbell(socket);
        waiting = socket.waiting();
    }

    /** Where reads go; null while they do not go to a ring. */
    final RingStream input() {
        return input;
    }

    final RingStream output() {
        return output;
    }

    /** Whether reads go to the socket, and nothing is to be looked at. */
    final boolean isInputPlain() {
        return plainInput;
    }

    final boolean isOutputPlain() {
        return plainOutput;
    }

    /** Whether it is known that there are rings. */
    final synchronized boolean isShared() {
        return rings != null;
    }

    final synchronized Waiting waiting() {
        return waiting;
    }

    final synchronized void waiting(Waiting waiting) {
        this.waiting = waiting;
        if (rings != null) {
            rings.waiting(waiting);
        } else {
            socket.waiting(waiting);
        }
    }

    /** Whether nothing is known. Guarded by this. */
    final boolean isOpenQuestion() {
        return rings == null && !plain;
    }

    /** From now on both go through the socket. Guarded by this. */
    final void settlePlain() {
        plain = true;
        memory.run();
    }

    /** From now on there are rings. Guarded by this. */
    final void settleShared(RingReader in, RingWriter out) {
        rings = new RingStream(in, out, bell, waiting);
    }

    /** Nothing of the stream comes through the socket any more, or all of it does. */
    final synchronized void openInput() {
        input = rings;
        plainInput = plain;
    }

    /** As {@link #openInput}, for what goes out. */
    final synchronized void openOutput() {
        output = rings;
        plainOutput = plain;
    }

    /**
     * Reads from the socket while the input is not open.
     *
     * @return as a read; {@link #LOOK_AGAIN} when the input may be open
     */
    abstract long read(MemorySegment buffer, long offset, long length) throws IOException;

    static final long LOOK_AGAIN = -1;

    /** As {@link #read}, for a write while the output is not open; it may write a part. */
    abstract long write(MemorySegment buffer, long offset, long length) throws IOException;

    /** Whether the last write was cut short, by the send timeout. */
    abstract boolean isBehind();

    /** Opens the output, whatever else is known. */
    abstract void settleOutput();

    /** Waits until it is known whether there are rings, and opens what can be opened. */
    abstract void awaitAnswer(long nanos) throws IOException;

    /** Closes what is still open but the socket and the memory. */
    abstract void close();
}
