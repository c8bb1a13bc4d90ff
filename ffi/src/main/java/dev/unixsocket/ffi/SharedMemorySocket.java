package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/**
 * A stream connection whose bytes go through shared memory if both sides want that, and through its
 * {@link StreamSocket} if not. Linux.
 *
 * <p>One side calls {@link #offer}, the other {@link #accept}, each right after connecting and
 * after it has checked {@link #peerCredentials}. Then both read and write as with the socket. The
 * offer goes with the first bytes that the offerer writes. A peer that uses a plain socket, or is
 * no Java, reads these bytes and never notices; nothing is lost and nobody waits for an answer.
 * When there is one, two rings in a sealed memory file take the place of the socket, which stays to
 * wake whoever sleeps and to show that the peer is alive. {@code docs/SHARED-MEMORY.md} has the
 * format, and what a peer can and cannot do with it.
 *
 * <p>Calls wait as {@link #waiting(Waiting)} says. {@link Waiting.Spin} and {@link
 * Waiting.Adaptive} spin on the ring: while both sides spin, no call to the kernel is made. The
 * others sleep in the kernel, or park, and are woken by a byte. Nothing is allocated on the heap.
 *
 * <p>{@link #claim} and {@link #publish} write in place, {@link #awaitInput} and {@link #release}
 * read in place, without a copy; {@link SharedMemoryMessages} does so with messages.
 *
 * <p>One thread at a time may read, and one may write. A thread that takes over from another must
 * see what that has done. {@link #close} and {@link #shutdown} may be called from any thread.
 */
public final class SharedMemorySocket implements ByteStream {

    private final StreamSocket socket;
    private final RingStart start;

    private SharedMemorySocket(StreamSocket socket, RingStart start) {
        this.socket = socket;
        this.start = start;
        Leaks.watch(this, start.memory);
    }

    /**
     * Whether this system can share memory in this way: Linux.
     *
     * @return false on macOS, where memory cannot be sealed
     */
    public static boolean isSupported() {
        return Platform.CURRENT.sealsMemory();
    }

    /**
     * Will offer rings with the first bytes that are written. Where this process has no descriptor
     * or no memory for them, they are not offered.
     *
     * @param socket connected, and nothing was read from it or written to it; it becomes this
     *     object's
     * @param capacity of each of the two rings in bytes, from 64 KiB to 512 MiB, a power of two;
     *     memory is used as far as it is ever written to
     * @return the connection, to be closed
     * @throws IllegalArgumentException if the capacity is none of these
     * @throws UnsupportedOperationException on macOS, where memory cannot be sealed, and over TCP
     */
    public static SharedMemorySocket offer(StreamSocket socket, long capacity) {
        Objects.requireNonNull(socket, "socket");
        if (!RingFile.isValidCapacity(capacity)) {
            throw new IllegalArgumentException(
                    "the capacity of a ring is a power of two from %d to %d, not %d"
                            .formatted(RingFile.LEAST_CAPACITY, RingFile.MOST_CAPACITY, capacity));
        }
        requireSupported(socket);
        return new SharedMemorySocket(
                socket, new RingOffer(socket, capacity, new RingMemory(null)));
    }

    /**
     * Will accept rings, if they are offered with the first bytes that are read, before anything is
     * written. What is no proper offer is passed over, as by a peer that knows nothing of it.
     *
     * @param socket as for {@link #offer}
     * @param limit of what all connections have that were given it; what is more is declined
     * @return the connection, to be closed
     * @throws UnsupportedOperationException as for {@link #offer}
     */
    public static SharedMemorySocket accept(StreamSocket socket, SharedMemoryLimit limit) {
        Objects.requireNonNull(socket, "socket");
        Objects.requireNonNull(limit, "limit");
        requireSupported(socket);
        return new SharedMemorySocket(socket, new RingAcceptance(socket, new RingMemory(limit)));
    }

    private static void requireSupported(StreamSocket socket) {
        Platform.CURRENT.addSeals(); // throws where there are none
        if (socket.address() instanceof Address.Loopback) {
            throw new UnsupportedOperationException(
                    "memory is shared over AF_UNIX only, not over " + socket.address());
        }
    }

    /**
     * Waits until the peer has answered the offer, or has written anything else. To be called by
     * whoever wants to write more than the first bytes before it reads; a write that finds no
     * answer withdraws the offer. Not while another thread reads.
     *
     * @param limit rounded up to a millisecond; zero waits without limit, which a peer that knows
     *     nothing of offers and waits for more may make for ever
     * @return {@link #isShared}
     * @throws IOException a {@link SyscallException} if a call fails, a {@link
     *     SocketClosedException} if this process closed it
     * @throws IllegalArgumentException if the limit is negative
     */
    public boolean awaitAnswer(Duration limit) throws IOException {
        Objects.requireNonNull(limit, "limit");
        start.awaitAnswer(Timeouts.nanos(limit));
        return isShared();
    }

    /**
     * Whether it is known that there are rings: for the side that accepts after the first read, for
     * the other after the first read, or {@link #awaitAnswer}.
     *
     * @return false also where there will never be any
     */
    public boolean isShared() {
        return start.isShared();
    }

    /**
     * Reads what is there, waiting for the first byte, as {@link StreamSocket#read(MemorySegment,
     * long, long)} does.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0
     * @return how many bytes came; 0 at the end of the stream
     * @throws IOException as a socket's read; also if the peer has written into the shared memory
     *     what cannot be, and the connection is then over
     * @throws IllegalArgumentException if the buffer is on the heap or read-only
     * @throws IndexOutOfBoundsException if the part is not inside of the buffer
     */
    @Override
    public long read(MemorySegment buffer, long offset, long length) throws IOException {
        NativeMemory.requireWritable(buffer, offset, length, "buffer");
        RingInput ring = start.input();
        long count =
                ring != null
                        ? ring.read(buffer, offset, length)
                        : start.read(buffer, offset, length);
        Reference.reachabilityFence(this);
        return count;
    }

    /**
     * As {@link #read(MemorySegment, long, long)}, into an array.
     *
     * @param array where the bytes go
     * @param offset the first place in it
     * @param length how many bytes at most
     * @return how many bytes came; 0 at the end of the stream, and where there is no room
     * @throws IOException as {@link #read(MemorySegment, long, long)}
     * @throws IndexOutOfBoundsException if the part is not inside of the array
     */
    public int read(byte[] array, int offset, int length) throws IOException {
        Objects.requireNonNull(array, "array");
        Objects.checkFromIndexSize(offset, length, array.length);
        if (length == 0) {
            return 0;
        }
        RingInput ring = start.input();
        int count =
                ring != null ? ring.read(array, offset, length) : start.read(array, offset, length);
        Reference.reachabilityFence(this);
        return count;
    }

    /**
     * As {@link #read(MemorySegment, long, long)}, into what remains of a buffer.
     *
     * @param buffer direct or on the heap; its position moves by as many bytes as came
     * @return how many bytes came; 0 at the end of the stream, and where nothing remains
     * @throws IOException as {@link #read(MemorySegment, long, long)}
     * @throws IllegalArgumentException if the buffer is read-only
     */
    public int read(ByteBuffer buffer) throws IOException {
        NativeMemory.requireWritable(buffer);
        if (!buffer.hasRemaining()) {
            return 0;
        }
        RingInput ring = start.input();
        int count = ring != null ? ring.read(buffer) : start.read(buffer);
        Reference.reachabilityFence(this);
        return count;
    }

    /**
     * Writes all bytes, waiting while the ring is full, as {@link StreamSocket#write(MemorySegment,
     * long, long)} does. A peer that is gone gives {@code EPIPE} once the ring is full or the peer
     * was to be woken: until then a ring takes bytes, as the buffer of a socket does.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length how many of them
     * @return how many bytes were taken: all, unless the send timeout ran out, or the peer went
     *     away, when some were
     * @throws IOException as a socket's write; also as {@link #read(MemorySegment, long, long)}
     * @throws IllegalArgumentException if the buffer is on the heap
     * @throws IndexOutOfBoundsException if the part is not inside of the buffer
     */
    @Override
    public long write(MemorySegment buffer, long offset, long length) throws IOException {
        NativeMemory.require(buffer, offset, length, "buffer");
        RingOutput ring = start.output();
        long count =
                ring != null
                        ? ring.write(buffer, offset, length)
                        : start.write(buffer, offset, length);
        Reference.reachabilityFence(this);
        return count;
    }

    /**
     * As {@link #write(MemorySegment, long, long)}, from an array.
     *
     * @param array where the bytes are
     * @param offset the first of them
     * @param length how many of them
     * @return how many bytes were taken
     * @throws IOException as {@link #write(MemorySegment, long, long)}
     * @throws IndexOutOfBoundsException if the part is not inside of the array
     */
    public int write(byte[] array, int offset, int length) throws IOException {
        Objects.requireNonNull(array, "array");
        Objects.checkFromIndexSize(offset, length, array.length);
        RingOutput ring = start.output();
        int count =
                ring != null
                        ? ring.write(array, offset, length)
                        : start.write(array, offset, length);
        Reference.reachabilityFence(this);
        return count;
    }

    /**
     * As {@link #write(MemorySegment, long, long)}, from what remains of a buffer.
     *
     * @param buffer direct or on the heap; its position moves by as many bytes as were taken
     * @return how many bytes were taken
     * @throws IOException as {@link #write(MemorySegment, long, long)}
     */
    public int write(ByteBuffer buffer) throws IOException {
        Objects.requireNonNull(buffer, "buffer");
        RingOutput ring = start.output();
        int count = ring != null ? ring.write(buffer) : start.write(buffer);
        Reference.reachabilityFence(this);
        return count;
    }

    /**
     * The memory that {@link #claim} gives spans of. The peer sees what is written into it, and
     * when it was; it must not be used outside of a span. It is unmapped by {@link #close}; what is
     * done with it afterwards throws {@link IllegalStateException}.
     *
     * @return the ring, twice, one after the other
     * @throws IllegalStateException if there are no rings
     */
    public MemorySegment outputMemory() {
        return start.outputRing().memory();
    }

    /**
     * Waits until a span of that many bytes is free to be written to. It is contiguous, wherever in
     * the ring it is.
     *
     * @param bytes 1 to the capacity
     * @return where it begins in {@link #outputMemory}
     * @throws IOException a {@link SyscallException}: {@code EPIPE} if the peer is gone or the
     *     output was shut down, {@link SyscallException#timedOut} when the send timeout ran out;
     *     else as {@link #write(MemorySegment, long, long)}
     * @throws IndexOutOfBoundsException if the ring is smaller
     * @throws IllegalStateException if there are no rings
     */
    public long claim(long bytes) throws IOException {
        long offset = start.outputRing().claim(bytes);
        Reference.reachabilityFence(this);
        return offset;
    }

    /**
     * Writes what was written into the span that was claimed, from its beginning. The rest of it is
     * given back.
     *
     * @param bytes 0 to what was claimed
     * @throws IOException a {@link SocketClosedException} if this process closed it
     * @throws IllegalStateException if there are no rings
     * @throws IndexOutOfBoundsException if they are more
     */
    public void publish(long bytes) throws IOException {
        start.outputRing().publish(bytes);
        Reference.reachabilityFence(this);
    }

    /**
     * The memory that {@link #awaitInput} tells of, read-only. The peer can change it at any time:
     * copy before you decide by what it holds. It is unmapped by {@link #close}.
     *
     * @return the ring, twice, one after the other
     * @throws IllegalStateException if there are no rings, or the first bytes are not read yet
     */
    public MemorySegment inputMemory() {
        return start.inputRing().memory();
    }

    /**
     * Waits until there are so many bytes to read in place, contiguous.
     *
     * @param bytes 1 to the capacity
     * @return how many there are, from {@link #inputOffset} on; fewer than were asked for only at
     *     the end of the stream
     * @throws IOException as {@link #read(MemorySegment, long, long)}
     * @throws IndexOutOfBoundsException if the ring is smaller
     * @throws IllegalStateException as {@link #inputMemory}
     */
    public long awaitInput(long bytes) throws IOException {
        long there = start.inputRing().await(bytes);
        Reference.reachabilityFence(this);
        return there;
    }

    /**
     * Where in {@link #inputMemory} the first byte is that was not read yet.
     *
     * @return its offset, less than the capacity
     * @throws IllegalStateException as {@link #inputMemory}
     */
    public long inputOffset() {
        return start.inputRing().offset();
    }

    /**
     * Gives back bytes that were read in place, the first ones.
     *
     * @param bytes 0 to what {@link #awaitInput} said last
     * @throws IOException a {@link SocketClosedException} if this process closed it
     * @throws IllegalStateException as {@link #inputMemory}
     * @throws IndexOutOfBoundsException if so many are not there
     */
    public void release(long bytes) throws IOException {
        start.inputRing().release(bytes);
        Reference.reachabilityFence(this);
    }

    RingInput inputRing() {
        return start.inputRing();
    }

    RingOutput outputRing() {
        return start.outputRing();
    }

    /**
     * Says how calls wait, from the next one on: the socket's own way until this is called.
     *
     * @param waiting how calls wait from now on
     * @return this socket
     */
    public SharedMemorySocket waiting(Waiting waiting) {
        start.waiting(Objects.requireNonNull(waiting, "waiting"));
        return this;
    }

    /**
     * How calls wait.
     *
     * @return what {@link #waiting(Waiting)} was given last
     */
    public Waiting waiting() {
        return start.waiting();
    }

    /**
     * Sets how long each read may wait, as {@link StreamSocket#receiveTimeout} does. The read that
     * brings the answer to an offer may wait so long twice: for the answer, and then for bytes.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     * @throws IOException a {@link SocketClosedException} if this process closed it
     * @throws IllegalArgumentException if it is negative
     */
    @Override
    public void receiveTimeout(Duration timeout) throws IOException {
        socket.receiveTimeout(timeout);
    }

    /**
     * Sets how long each write may wait, as {@link StreamSocket#sendTimeout} does.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     * @throws IOException a {@link SocketClosedException} if this process closed it
     * @throws IllegalArgumentException if it is negative
     */
    @Override
    public void sendTimeout(Duration timeout) throws IOException {
        socket.sendTimeout(timeout);
    }

    /**
     * See {@link StreamSocket#peerCredentials()}.
     *
     * @return PID, UID and GID of the peer when it connected
     * @throws IOException as there
     */
    public PeerCredentials peerCredentials() throws IOException {
        return socket.peerCredentials();
    }

    /**
     * See {@link StreamSocket#address}.
     *
     * @return where it was connected to, or where the listener is that it came to
     */
    @Override
    public Address address() {
        return socket.address();
    }

    /**
     * Whether {@link #close} has not been called.
     *
     * @return true until then
     */
    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /**
     * Ends the stream to the peer, which reads to its end; reading goes on. To be called by the
     * thread that writes.
     *
     * @throws IOException a {@link SocketClosedException} if this process closed it, a {@link
     *     SyscallException} if there are no rings and shutdown(2) fails
     */
    @Override
    public void shutdownOutput() throws IOException {
        start.settleOutput();
        RingOutput ring = start.output();
        if (ring != null) {
            ring.finish();
        } else {
            socket.shutdownOutput();
        }
        Reference.reachabilityFence(this);
    }

    /** Ends the stream in both directions, and wakes whoever waits; see {@link #close}. */
    @Override
    public void shutdown() {
        start.bell.hangUp();
        socket.shutdown();
    }

    /**
     * Closes the socket and unmaps the rings; threads that wait are woken with a {@link
     * SocketClosedException}. The peer can still read what is in its ring. A second call does
     * nothing.
     */
    @Override
    public void close() {
        socket.close();
        start.close();
        start.memory.run();
    }

    @Override
    public String toString() {
        return "SharedMemorySocket[" + address() + "]";
    }
}
