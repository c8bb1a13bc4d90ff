package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Messages over the rings of a {@link SharedMemorySocket}. Each is written where it is sent from,
 * and read where it came: nobody copies it. {@code docs/SHARED-MEMORY.md} has the format.
 *
 * <p>To send: {@link #claim}, write into {@link #outputMemory}, {@link #publish}. To receive:
 * {@link #receive}, read from {@link #inputMemory}, {@link #release}. Both sides of the connection
 * use this class or its format, from the same byte of the stream on; what went before, such as the
 * first bytes of the offer, is the user's own. If it went through the socket, which the first bytes
 * do, all messages begin at multiples of 8.
 *
 * <p>Calls wait, time out and fail as those of the socket, whose {@link
 * SharedMemorySocket#shutdownOutput} and {@link SharedMemorySocket#close} end the messages. Nothing
 * is allocated on the heap.
 *
 * <p>One thread at a time may send, and one may receive.
 */
public final class SharedMemoryMessages {

    /** What {@link #receive} returns at the end of the stream. */
    public static final long END = -1;

    /** Length and padding to 8. */
    private static final long HEADER_BYTES = 8;

    private static final long NONE = -1;

    private final SharedMemorySocket socket;
    private final RingInput in;
    private final RingOutput out;

    /** Where the header of the message is that is written to, and for how many bytes. */
    private long claimedAt;

    private long claimed = NONE;

    /** Length of the message that is held; read once, since the peer can change it. */
    private long held = NONE;

    private SharedMemoryMessages(SharedMemorySocket socket, RingInput in, RingOutput out) {
        this.socket = socket;
        this.in = in;
        this.out = out;
    }

    /**
     * Sends and receives messages over the rings of a connection.
     *
     * @param socket of which all first bytes are read, or which knows the answer; it stays the
     *     caller's to close
     * @return messages from the next byte of the stream on
     * @throws IllegalStateException if there are no rings: {@link SharedMemorySocket#isShared}
     */
    public static SharedMemoryMessages over(SharedMemorySocket socket) {
        Objects.requireNonNull(socket, "socket");
        return new SharedMemoryMessages(socket, socket.inputRing(), socket.outputRing());
    }

    /**
     * How large a message to the peer can be: 8 bytes less than a ring. A larger one is refused; to
     * send it in parts is for the protocol above.
     *
     * @return in bytes
     */
    public long largest() {
        return out.capacity() - HEADER_BYTES;
    }

    /**
     * The memory that {@link #claim} gives spans of, as {@link SharedMemorySocket#outputMemory}.
     *
     * @return the ring, twice, one after the other
     */
    public MemorySegment outputMemory() {
        return out.memory();
    }

    /**
     * Waits until there is room for a message.
     *
     * @param bytes its length at most; 0 to {@link #largest}
     * @return where in {@link #outputMemory} the message begins
     * @throws IOException as {@link SharedMemorySocket#claim}
     * @throws IllegalArgumentException if no message can be so large, or it is negative
     */
    public long claim(long bytes) throws IOException {
        if (bytes < 0 || bytes > largest()) {
            throw new IllegalArgumentException(
                    "a message has 0 to %d bytes in a ring of %d, not %d"
                            .formatted(largest(), out.capacity(), bytes));
        }
        claimed = NONE;
        claimedAt = out.claim(framed(bytes));
        claimed = bytes;
        Reference.reachabilityFence(socket);
        return claimedAt + HEADER_BYTES;
    }

    /**
     * Sends the message that was written into what was claimed, from its beginning.
     *
     * @param bytes its length; 0 to what was claimed
     * @throws IOException as {@link SharedMemorySocket#publish}
     * @throws IndexOutOfBoundsException if so many bytes are not claimed
     */
    public void publish(long bytes) throws IOException {
        if (bytes < 0 || bytes > claimed) {
            throw new IndexOutOfBoundsException("so many bytes are not claimed: " + bytes);
        }
        try {
            out.memory().set(JAVA_INT_UNALIGNED, claimedAt, (int) bytes);
            out.memory().set(JAVA_INT_UNALIGNED, claimedAt + Integer.BYTES, 0);
        } catch (IllegalStateException e) {
            throw out.closedOr(e);
        }
        claimed = NONE;
        out.publish(framed(bytes));
        Reference.reachabilityFence(socket);
    }

    /**
     * Sends a copy of a message.
     *
     * @param buffer memory of any kind
     * @param offset where in it the message is
     * @param length of the message; 0 to {@link #largest}
     * @throws IOException as {@link #claim}
     * @throws IllegalArgumentException as {@link #claim}
     * @throws IndexOutOfBoundsException if the part is not inside of the buffer
     */
    public void send(MemorySegment buffer, long offset, long length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        long at = claim(length);
        try {
            MemorySegment.copy(buffer, offset, out.memory(), at, length);
        } catch (IllegalStateException e) {
            throw out.closedOr(e);
        }
        publish(length);
    }

    /**
     * The memory that messages are read in, as {@link SharedMemorySocket#inputMemory}. The peer can
     * change it at any time: copy before you decide by what it holds.
     *
     * @return the ring, twice, one after the other; read-only
     */
    public MemorySegment inputMemory() {
        return in.memory();
    }

    /**
     * Waits for the next message. Until it is {@linkplain #release released}, this returns the same
     * one.
     *
     * @return its length in bytes; {@link #END} at the end of the stream
     * @throws IOException as {@link SharedMemorySocket#awaitInput}; also if the peer sent a length
     *     that cannot be, or ended the stream inside of a message, and the connection is then over
     */
    public long receive() throws IOException {
        if (held == NONE) {
            long there = in.await(HEADER_BYTES);
            if (there == 0) {
                return END;
            }
            held = there < HEADER_BYTES ? brokenOff() : receive(length());
        }
        Reference.reachabilityFence(socket);
        return held;
    }

    private long length() throws IOException {
        try {
            return Integer.toUnsignedLong(in.memory().get(JAVA_INT_UNALIGNED, in.offset()));
        } catch (IllegalStateException e) {
            throw in.closedOr(e);
        }
    }

    private long receive(long length) throws IOException {
        if (length > in.capacity() - HEADER_BYTES) {
            throw in.broken();
        }
        return in.await(framed(length)) < framed(length) ? brokenOff() : length;
    }

    private long brokenOff() throws IOException {
        throw new IOException("read: the stream ended inside of a message: " + socket.address());
    }

    /**
     * Where in {@link #inputMemory} the message is that {@link #receive} told of.
     *
     * @return its first byte
     */
    public long inputOffset() {
        return in.offset() + HEADER_BYTES;
    }

    /**
     * Gives the room of the message back that {@link #receive} told of, which must not be used any
     * more.
     *
     * @throws IOException as {@link SharedMemorySocket#release}
     * @throws IllegalStateException if there is none
     */
    public void release() throws IOException {
        if (held == NONE) {
            throw new IllegalStateException("no message was received that is not released");
        }
        long bytes = framed(held);
        held = NONE;
        in.release(bytes);
        Reference.reachabilityFence(socket);
    }

    /** A message with its header, up to where the next one begins. */
    private static long framed(long length) {
        return HEADER_BYTES + (length + 7 & -8L);
    }

    @Override
    public String toString() {
        return "SharedMemoryMessages[" + socket.address() + "]";
    }
}
