package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A connected stream socket: AF_UNIX, or TCP on the loopback interface.
 *
 * <p>Reads and writes wait as {@link #waiting(Waiting)} says, up to the timeouts that are set, and
 * allocate nothing on the heap. A virtual thread leaves its carrier while it waits.
 *
 * <p>{@link Thread#interrupt} ends a call that is parked, which is every call of a virtual thread
 * that has to wait, and those of {@link Waiting.Park}: the socket is closed and {@link
 * ClosedByInterruptException} is thrown, as by the JDK's channels. A call that need not wait goes
 * on, and the thread stays interrupted. A platform thread that blocks in the kernel or spins is not
 * interrupted.
 *
 * <p>Segments are native memory; one on the heap is refused with {@link IllegalArgumentException}.
 * Arrays and {@link ByteBuffer}s on the heap have methods of their own, which copy their bytes
 * through native memory that each thread has for it, 64 KiB at most (virtual threads lend it to one
 * another, and hold none while they wait).
 *
 * <p>Thread-safe. One thread may read while another writes; {@link #close} from a third wakes both
 * with a {@link SocketClosedException} and closes the descriptor when they have left it. A socket
 * that is garbage before it was closed is closed then.
 */
public final class StreamSocket implements ByteStream, HasDescriptor {

    private final SocketState state = new SocketState(Sockets::endConnection);
    private final Descriptor descriptor = state.descriptor();
    private final SocketOptions options = new SocketOptions(this, state);
    private final Peer peer = new Peer(this, state);
    private volatile Calls calls = Calls.SAFE;
    private volatile Scatter scatter;
    private volatile Gather gather;

    private StreamSocket() {}

    /**
     * A socket that is closed, for {@link StreamListener#accept(StreamSocket)} or {@link
     * #connect(Address, Duration, StreamSocket)} to fill again and again.
     *
     * @return a socket without a descriptor
     */
    public static StreamSocket closed() {
        StreamSocket socket = new StreamSocket();
        Leaks.watch(socket, socket.descriptor);
        return socket;
    }

    /**
     * Connects: socket(2), connect(2).
     *
     * @param address where the listener is
     * @param timeout how long to wait, rounded up to a microsecond; zero waits without limit. It
     *     stays in force for writes until {@link #sendTimeout} changes it. AF_UNIX waits while the
     *     listener's backlog is full; a parked thread then tries again every few milliseconds,
     *     since the kernel does not say when there is room
     * @return the connection, to be closed
     * @throws SyscallException if a call fails; {@link SyscallException#timedOut} when time ran out
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     * @throws IllegalArgumentException if the timeout is negative
     */
    public static StreamSocket connect(Address address, Duration timeout) throws IOException {
        return connect(address, timeout, Waiting.block());
    }

    /**
     * As {@link #connect(Address, Duration)}, waiting in that way from the beginning.
     *
     * @param address where the listener is
     * @param timeout how long to wait, rounded up to a microsecond; zero waits without limit
     * @param waiting how calls on the socket wait
     * @return the connection, to be closed
     * @throws IOException as {@link #connect(Address, Duration)}
     */
    public static StreamSocket connect(Address address, Duration timeout, Waiting waiting)
            throws IOException {
        StreamSocket socket = closed();
        socket.waiting(waiting);
        connect(address, timeout, socket);
        return socket;
    }

    /**
     * As {@link #connect(Address, Duration)}, without allocating when this thread's last connection
     * was to the same {@code Address} object.
     *
     * @param address where the listener is
     * @param timeout how long to wait, rounded up to a microsecond; zero waits without limit
     * @param into a socket that is closed; it becomes the new connection, and waits as it did.
     *     Whoever still holds it for an earlier one then holds this one
     * @throws IllegalStateException if {@code into} is open
     * @throws IOException as {@link #connect(Address, Duration)}
     */
    public static void connect(Address address, Duration timeout, StreamSocket into)
            throws IOException {
        connect(address, timeout, Calls.SAFE, into);
    }

    /**
     * As {@link #connect(Address, Duration, StreamSocket)}, with those calls: {@link Calls#PLAIN}
     * without a timeout are socket(2) and connect(2) as a C program makes them.
     *
     * @param address where the listener is
     * @param timeout how long to wait, rounded up to a microsecond; zero waits without limit
     * @param calls which calls connect, and write later
     * @param into a socket that is closed; it becomes the new connection, and waits as it did
     * @throws IOException as {@link #connect(Address, Duration)}
     */
    public static void connect(Address address, Duration timeout, Calls calls, StreamSocket into)
            throws IOException {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(calls, "calls");
        Objects.requireNonNull(into, "into");
        if (into.isOpen()) {
            throw new IllegalStateException("connect: the socket to fill is still open: " + into);
        }
        long nanos = Timeouts.nanos(timeout);
        into.calls = calls;
        try {
            Connecting.connect(
                    into.state, into.options, address, Sockets.SOCK_STREAM, calls, nanos);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /**
     * Two that are connected to each other: socketpair(2).
     *
     * @return both, to be closed
     * @throws IOException a {@link SyscallException} if a call fails: {@code EMFILE} when this
     *     process has fewer than two descriptors left
     */
    public static SocketPair<StreamSocket> pair() throws IOException {
        return Sockets.pair(
                Sockets.SOCK_STREAM,
                StreamSocket::closed,
                (socket, fd, address) -> socket.open(fd, address, Calls.SAFE));
    }

    /**
     * Takes over a connection that this process was started with: descriptor 3 of a service with
     * {@code Accept=yes} (systemd.socket(5)), 0 of one that inetd starts. It becomes close-on-exec.
     * Another process may have it too, for which it goes on when it is closed here; so calls wait
     * in poll(2).
     *
     * @param fd its number; it becomes this object's, unless it is refused
     * @return the owner of the descriptor, to be closed
     * @throws IOException if it is not a connected stream socket of AF_UNIX; the message says what
     *     it lacks
     */
    public static StreamSocket inherited(int fd) throws IOException {
        Address address = Inherited.connection(fd, Sockets.SOCK_STREAM);
        StreamSocket socket = closed();
        socket.state.openShared(fd, address);
        return socket;
    }

    /**
     * A view of a connection that an owner outside of this library has, to ask the kernel about its
     * peer. It is the owner's to close, and not to be used afterwards.
     *
     * @param fd its descriptor
     * @param address where the listener is that it came to
     * @return the view
     * @throws IllegalArgumentException if the descriptor is negative
     */
    public static StreamSocket ownedElsewhere(int fd, Address address) {
        OpenFile.requireDescriptor(fd);
        StreamSocket socket = new StreamSocket();
        socket.open(fd, Objects.requireNonNull(address, "address"), Calls.SAFE);
        return socket;
    }

    void open(int fd, Address address, Calls calls) {
        state.open(fd, address);
        this.calls = calls;
    }

    /**
     * Says how calls on this socket wait, from the next one on. A socket that accept fills waits as
     * its listener does.
     *
     * @param waiting how calls wait from now on
     * @return this socket
     */
    public StreamSocket waiting(Waiting waiting) {
        state.waiting(waiting);
        return this;
    }

    /**
     * How calls on this socket wait: {@link Waiting#block} unless it was said otherwise.
     *
     * @return the strategy; never null
     */
    public Waiting waiting() {
        return state.waiting();
    }

    /**
     * Whether {@link #close} has not been called.
     *
     * @return true until it is closed
     */
    @Override
    public boolean isOpen() {
        return descriptor.isOpen();
    }

    /**
     * Where it was connected to, or where the listener is that it came to. It stays when the socket
     * is closed; null for one that was never open.
     *
     * @return the address; its port is the one that was chosen
     */
    @Override
    public Address address() {
        return descriptor.address();
    }

    /**
     * Reads what is there, waiting for the first byte: read(2), or recv(2) where the kernel is not
     * to wait.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0, for 0 bytes look like the end
     * @return how many bytes came; 0 at the end of the stream
     * @throws SyscallException if the call fails; {@link SyscallException#timedOut} when the
     *     receive timeout ran out
     * @throws SocketClosedException if this process closed the socket
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     * @throws IllegalArgumentException if the buffer is on the heap or read-only
     */
    @Override
    public long read(MemorySegment buffer, long offset, long length) throws IOException {
        NativeMemory.requireWritable(buffer, offset, length, "buffer");
        return read("read", Attempt.READ, buffer, offset, length);
    }

    /** Makes a call that reads; the arguments are checked. */
    long read(String call, Attempt attempt, MemorySegment buffer, long offset, long length)
            throws IOException {
        int fd = descriptor.acquire(call);
        long result;
        try {
            long deadline = state.input().deadline();
            result = state.input().call(deadline, attempt, fd, buffer, offset, length);
        } finally {
            descriptor.release(call);
            Reference.reachabilityFence(this);
        }
        return result >= 0 ? result : state.result(call, result);
    }

    /**
     * Reads what is there into several segments, each in turn, waiting for the first byte: what
     * readv(2) does, by recvmsg(2). Allocates nothing on the heap when nobody else reads meanwhile.
     *
     * @param buffers native memory that can be written to, used whole; one call fills 16 of them at
     *     most
     * @return how many bytes came; 0 at the end of the stream, and where there is no room
     * @throws SyscallException as {@link #read(MemorySegment, long, long)}, whose other exceptions
     *     it has too
     */
    public long read(MemorySegment[] buffers) throws IOException {
        return scatter().read(buffers);
    }

    /**
     * As {@link #read(MemorySegment, long, long)}, into an array. The bytes are copied through
     * native memory of the thread's, so that 64 KiB come at most.
     *
     * @param array gets the bytes
     * @param offset where in it they go
     * @param length how many bytes at most; 0 reads nothing
     * @return how many bytes came; 0 at the end of the stream
     * @throws IndexOutOfBoundsException if the part is not inside of the array
     * @throws IOException as {@link #read(MemorySegment, long, long)}
     */
    public int read(byte[] array, int offset, int length) throws IOException {
        return scatter().read(array, offset, length);
    }

    /**
     * As {@link #read(MemorySegment, long, long)}, into what remains of a buffer, whose position
     * moves by as many bytes as came. One on the heap is copied as an array is; a direct one is not
     * copied, and the socket remembers the memory of the last one, for a small object less each
     * time.
     *
     * @param buffer direct or on the heap, and not read-only
     * @return how many bytes came; 0 at the end of the stream, and where nothing remains
     * @throws IllegalArgumentException if the buffer is read-only
     * @throws IOException as {@link #read(MemorySegment, long, long)}
     */
    public int read(ByteBuffer buffer) throws IOException {
        return scatter().read(buffer);
    }

    /**
     * As {@link #read(MemorySegment[])}, into what remains of buffers. Where one of them is on the
     * heap, each is read into with a call of its own.
     *
     * @param buffers direct or on the heap, and none of them read-only
     * @param offset the first buffer
     * @param length how many of them
     * @return how many bytes came; 0 at the end of the stream, and where nothing remains
     * @throws IOException as {@link #read(MemorySegment, long, long)}
     */
    public long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
        return scatter().read(buffers, offset, length);
    }

    /**
     * As {@link #read(MemorySegment, long, long)}, but what it gives stays to be read: recv(2) with
     * {@code MSG_PEEK}. On Linux, a call begins with the first byte that is to be read, and takes
     * what is there at most; with more expected, look again.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0, for 0 bytes look like the end
     * @return how many bytes are there; 0 at the end of the stream
     * @throws IOException as {@link #read(MemorySegment, long, long)}
     */
    public long peek(MemorySegment buffer, long offset, long length) throws IOException {
        NativeMemory.requireWritable(buffer, offset, length, "buffer");
        return read("recv", Attempt.PEEK, buffer, offset, length);
    }

    /**
     * As {@link #read(MemorySegment, long, long)}, with what comes besides the bytes: recvmsg(2).
     * Descriptors come with the first of the bytes that they were written with, and a read that
     * brings some ends with these bytes, so that those of two writes never come together. Reads
     * without {@code Ancillary} close them.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0, for 0 bytes look like the end
     * @param into what came; what nobody has taken of it from the last time is closed first
     * @return how many bytes came; 0 at the end of the stream
     * @throws TruncatedException if this process had no numbers left for all descriptors; the bytes
     *     are in the buffer
     * @throws UnsupportedOperationException over TCP
     */
    public long read(MemorySegment buffer, long offset, long length, Ancillary into)
            throws IOException {
        requireAncillary(into);
        NativeMemory.requireWritable(buffer, offset, length, "buffer");
        into.clear();
        int fd = descriptor.acquire("read");
        long result;
        try {
            long deadline = state.input().deadline();
            result = state.input().call(deadline, into.reading(), fd, buffer, offset, length);
            into.received(result);
        } finally {
            descriptor.release("read");
            Reference.reachabilityFence(this);
        }
        if (result < 0) {
            return state.result("read", result);
        }
        into.requireAllDescriptors("read", result, address());
        return result;
    }

    /**
     * As {@link #read(MemorySegment, long, long, Ancillary)}, and never waits.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0, for 0 bytes look like the end
     * @param into what came; what nobody has taken of it from the last time is closed first
     * @return also {@link #WOULD_WAIT}
     * @throws IOException as {@link #read(MemorySegment, long, long, Ancillary)}
     */
    public long readNow(MemorySegment buffer, long offset, long length, Ancillary into)
            throws IOException {
        requireAncillary(into);
        NativeMemory.requireWritable(buffer, offset, length, "buffer");
        into.clear();
        int fd = descriptor.acquire("recvmsg");
        long result;
        try {
            result = into.reading().nowDespiteSignals(fd, buffer, offset, length);
            into.received(result);
        } finally {
            descriptor.release();
            Reference.reachabilityFence(this);
        }
        into.requireAllDescriptors("recvmsg", result, address());
        return unlessItWouldWait("recvmsg", result);
    }

    private void requireAncillary(Ancillary into) {
        Objects.requireNonNull(into, "ancillary");
        requireUnix();
    }

    private void requireUnix() {
        if (address() instanceof Address.Loopback) {
            throw new UnsupportedOperationException(
                    "descriptors and credentials go over AF_UNIX only, not over " + address());
        }
    }

    private Scatter scatter() {
        Scatter made = scatter;
        if (made == null) { // two threads may each make one, and either will do
            made = new Scatter(this);
            scatter = made;
        }
        return made;
    }

    /**
     * Writes all bytes, waiting while the peer's buffer is full: send(2) with {@code MSG_NOSIGNAL}
     * (write(2) for a listener's {@link Calls#PLAIN}). A peer that is gone gives {@code EPIPE},
     * never a signal that ends the process.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length how many of them
     * @return how many bytes were taken: all, unless the send timeout ran out, or the peer went
     *     away, when some were
     * @throws SyscallException if the call fails; {@link SyscallException#timedOut} when the send
     *     timeout ran out and nothing was taken
     * @throws SocketClosedException if this process closed the socket
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     * @throws IllegalArgumentException if the buffer is on the heap
     */
    @Override
    public long write(MemorySegment buffer, long offset, long length) throws IOException {
        NativeMemory.require(buffer, offset, length, "buffer");
        Attempt attempt = calls == Calls.PLAIN ? Attempt.WRITE : Attempt.SEND;
        return write(attempt, buffer, offset, length);
    }

    /**
     * As {@link #write(MemorySegment, long, long)}, with descriptors, which go with the first of
     * the bytes: sendmsg(2), {@code SCM_RIGHTS} of unix(7). The peer gets its own descriptors for
     * the same open files; those here stay the caller's to close, which it may do as soon as this
     * returns.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length at least 1
     * @param descriptors 253 at most
     * @return as {@link #write(MemorySegment, long, long)}
     * @throws IllegalArgumentException also if they are more, if one of them is closed, or if there
     *     is no byte that they could go with
     * @throws UnsupportedOperationException over TCP
     * @throws IOException as {@link #write(MemorySegment, long, long)}
     */
    public long write(MemorySegment buffer, long offset, long length, HasDescriptor... descriptors)
            throws IOException {
        requireCarrier(buffer, offset, length);
        try (Outgoing message = Outgoing.take(state, descriptors)) {
            int fd = descriptor.acquire("write");
            long result;
            try {
                result = write(fd, message, buffer, offset, length);
            } finally {
                descriptor.release("write");
                Reference.reachabilityFence(this);
            }
            message.requireOpenDescriptors();
            return state.result("write", result);
        }
    }

    /**
     * As {@link #write(MemorySegment, long, long, HasDescriptor...)}, and never waits.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length how many of them; at least 1
     * @param descriptors what goes with the first byte; 253 at most
     * @return how many bytes were taken, and with the first of them the descriptors; {@link
     *     #WOULD_WAIT}
     * @throws IOException as {@link #write(MemorySegment, long, long, HasDescriptor...)}
     */
    public long writeNow(
            MemorySegment buffer, long offset, long length, HasDescriptor... descriptors)
            throws IOException {
        requireCarrier(buffer, offset, length);
        try (Outgoing message = Outgoing.take(state, descriptors)) {
            int fd = descriptor.acquire("sendmsg");
            long result;
            try {
                result = message.nowDespiteSignals(fd, buffer, offset, length);
            } finally {
                descriptor.release();
                Reference.reachabilityFence(this);
            }
            message.requireOpenDescriptors();
            return unlessItWouldWait("sendmsg", result);
        }
    }

    private void requireCarrier(MemorySegment buffer, long offset, long length) {
        requireUnix();
        NativeMemory.require(buffer, offset, length, "buffer");
        if (length == 0) {
            throw new IllegalArgumentException(
                    "descriptors go with at least 1 byte of a stream, and the length is 0");
        }
    }

    /** Makes calls that write until all is written; the arguments are checked. */
    long write(Attempt attempt, MemorySegment buffer, long offset, long length) throws IOException {
        int fd = descriptor.acquire("write");
        long result;
        try {
            result = write(fd, attempt, buffer, offset, length);
        } finally {
            descriptor.release("write");
            Reference.reachabilityFence(this);
        }
        return result >= 0 ? result : state.result("write", result);
    }

    /**
     * The kernel begins the send timeout again with each part of the bytes that the peer makes room
     * for, so it keeps the time of plain calls only.
     */
    private long write(int fd, Attempt attempt, MemorySegment buffer, long offset, long length) {
        Direction output = state.output();
        long deadline = output.deadline();
        long result =
                attempt == Attempt.WRITE || deadline == Timeouts.NONE
                        ? output.call(deadline, attempt, fd, buffer, offset, length)
                        : output.callUntil(deadline, false, attempt, fd, buffer, offset, length);
        long done = 0;
        while (result > 0 && (done += result) < length && Timeouts.left(deadline) > 0) {
            result =
                    output.callUntil(
                            deadline, false, attempt, fd, buffer, offset + done, length - done);
        }
        return done > 0 && !Errno.EINTR.is(result) ? done : result;
    }

    /**
     * Writes all bytes of several segments, each in turn, waiting while the peer's buffer is full:
     * what writev(2) does, by sendmsg(2) with {@code MSG_NOSIGNAL}, 16 segments a call. Allocates
     * nothing on the heap when nobody else writes meanwhile.
     *
     * @param buffers native memory, used whole
     * @return as {@link #write(MemorySegment, long, long)}, whose exceptions it has too
     * @throws IOException as {@link #write(MemorySegment, long, long)}
     */
    public long write(MemorySegment[] buffers) throws IOException {
        return gather().write(buffers);
    }

    /**
     * As {@link #write(MemorySegment, long, long)}, from an array. The bytes are copied through
     * native memory of the thread's, 64 KiB for each call to the kernel.
     *
     * @param array has the bytes
     * @param offset where in it they are
     * @param length how many of them
     * @return as {@link #write(MemorySegment, long, long)}
     * @throws IndexOutOfBoundsException if the part is not inside of the array
     * @throws IOException as {@link #write(MemorySegment, long, long)}
     */
    public int write(byte[] array, int offset, int length) throws IOException {
        return gather().write(array, offset, length);
    }

    /**
     * As {@link #write(MemorySegment, long, long)}, from what remains of a buffer, whose position
     * moves by as many bytes as were taken. One on the heap is copied as an array is; a direct one
     * is not copied, and the socket remembers the memory of the last one.
     *
     * @param buffer direct or on the heap
     * @return as {@link #write(MemorySegment, long, long)}
     * @throws IOException as {@link #write(MemorySegment, long, long)}
     */
    public int write(ByteBuffer buffer) throws IOException {
        return gather().write(buffer);
    }

    /**
     * As {@link #write(MemorySegment[])}, from what remains of buffers. Where one of them is on the
     * heap, the bytes of all are copied, 64 KiB for each call to the kernel.
     *
     * @param buffers direct or on the heap
     * @param offset the first buffer
     * @param length how many of them
     * @return as {@link #write(MemorySegment, long, long)}
     * @throws IOException as {@link #write(MemorySegment, long, long)}
     */
    public long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
        return gather().write(buffers, offset, length);
    }

    private Gather gather() {
        Gather made = gather;
        if (made == null) { // two threads may each make one, and either will do
            made = new Gather(this);
            gather = made;
        }
        return made;
    }

    /**
     * This socket in the shape of a blocking channel of {@code java.nio.channels}. Each call makes
     * a new view; closing one closes the socket.
     *
     * @return a view, which the socket does not keep
     */
    public StreamChannel channel() {
        return new StreamChannel(this);
    }

    /** What {@link #readNow} and {@link #writeNow} return instead of waiting. */
    public static final long WOULD_WAIT = -1;

    /**
     * Reads what is there and never waits: recv(2) with {@code MSG_DONTWAIT}.
     *
     * @param buffer native memory
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0
     * @return how many bytes came; 0 at the end of the stream; {@link #WOULD_WAIT}
     * @throws SyscallException if the call fails
     * @throws SocketClosedException if this process closed the socket
     */
    public long readNow(MemorySegment buffer, long offset, long length) throws IOException {
        NativeMemory.requireWritable(buffer, offset, length, "buffer");
        int fd = descriptor.acquire("recv");
        long result;
        try {
            result = Attempt.READ.nowDespiteSignals(fd, buffer, offset, length);
        } finally {
            descriptor.release();
            Reference.reachabilityFence(this);
        }
        return unlessItWouldWait("recv", result);
    }

    /**
     * Writes what the peer's buffer has room for and never waits: send(2) with {@code
     * MSG_DONTWAIT}. A peer that is gone gives {@code EPIPE}, never a signal.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length how many of them
     * @return how many bytes were taken; {@link #WOULD_WAIT}
     * @throws SyscallException if the call fails
     * @throws SocketClosedException if this process closed the socket
     */
    public long writeNow(MemorySegment buffer, long offset, long length) throws IOException {
        NativeMemory.require(buffer, offset, length, "buffer");
        int fd = descriptor.acquire("send");
        long result;
        try {
            result = Attempt.SEND.nowDespiteSignals(fd, buffer, offset, length);
        } finally {
            descriptor.release();
            Reference.reachabilityFence(this);
        }
        return unlessItWouldWait("send", result);
    }

    /**
     * Waits until {@link #writeNow} has something to do: there is room in the peer's buffer, or the
     * connection has ended, which it then says. poll(2), {@code POLLOUT}.
     *
     * @param limit rounded up to a millisecond; zero waits without limit
     * @return false when time ran out
     * @throws SyscallException if the call fails
     * @throws SocketClosedException if this process closed the socket
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     * @throws IllegalArgumentException if the limit is negative
     */
    public boolean awaitWritable(Duration limit) throws IOException {
        long deadline = Timeouts.deadline(Timeouts.nanos(limit));
        int fd = descriptor.acquire("poll");
        int result;
        try {
            result = state.output().awaitReady(fd, deadline);
        } finally {
            descriptor.release("poll");
            Reference.reachabilityFence(this);
        }
        return state.result("poll", result) > 0;
    }

    /**
     * Whether the peer has gone, so that nobody can read an answer: poll(2), {@code POLLHUP}. Never
     * waits. A peer that has only ended its output is there; over TCP one that has closed looks
     * like that until it refuses data.
     *
     * @return true when it has gone
     * @throws SyscallException if the call fails
     * @throws SocketClosedException if this process closed the socket
     */
    public boolean isHungUp() throws IOException {
        int fd = descriptor.acquire("poll");
        int result;
        try {
            result = Readiness.of(fd, (short) 0, 0);
        } finally {
            descriptor.release("poll");
            Reference.reachabilityFence(this);
        }
        return !Errno.EINTR.is(result) && state.result("poll", result) > 0;
    }

    private long unlessItWouldWait(String call, long result) throws SyscallException {
        if (Errno.EAGAIN.is(result)) {
            return WOULD_WAIT;
        }
        return result >= 0 ? result : Sockets.fail(call, result, address());
    }

    SocketState state() {
        return state;
    }

    /**
     * Sets {@code SO_RCVTIMEO}: how long each read may wait, whatever signals come meanwhile.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     * @throws IllegalArgumentException if it is negative
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    @Override
    public void receiveTimeout(Duration timeout) throws IOException {
        options.receiveTimeout(timeout);
    }

    /**
     * Sets {@code SO_SNDTIMEO}: how long each write may wait, whatever signals come meanwhile and
     * however slowly the peer makes room.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     * @throws IllegalArgumentException if it is negative
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    @Override
    public void sendTimeout(Duration timeout) throws IOException {
        options.sendTimeout(Timeouts.nanos(timeout));
    }

    /**
     * Who is at the other end, by the kernel's word: getsockopt(2), {@code SO_PEERCRED} of unix(7).
     *
     * @return the PID, UID and GID that it had when it connected or made the pair
     * @throws UnsupportedOperationException over TCP, where the kernel does not know
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public PeerCredentials peerCredentials() throws IOException {
        return peer.credentials();
    }

    /**
     * As {@link #peerCredentials()}, without allocating.
     *
     * @param into gets the PID, UID and GID of the peer
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public void peerCredentials(CredentialsBuffer into) throws IOException {
        peer.credentials(into);
    }

    /**
     * The groups of the process at the other end, as it was when it connected: getsockopt(2),
     * {@code SO_PEERGROUPS} of unix(7) since Linux 4.13, which leaves out the primary group of
     * {@link #peerCredentials} unless it is a supplementary one too; on macOS {@code
     * LOCAL_PEERCRED}, which knows 16 at most.
     *
     * @return group IDs, to be compared as unsigned numbers
     * @throws UnsupportedOperationException over TCP, where the kernel does not know
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public int[] peerGroups() throws IOException {
        return peer.groups();
    }

    /**
     * The process at the other end, held so that its PID stays its own: getsockopt(2), {@code
     * SO_PEERPIDFD} of unix(7). It is the one of {@link #peerCredentials}.
     *
     * @return to be closed
     * @throws UnsupportedOperationException before Linux 6.5, on macOS, and over TCP
     * @throws SyscallException if the call fails: {@code ESRCH} or {@code EINVAL} when the process
     *     is gone already
     */
    public PeerProcess peerProcess() throws IOException {
        return peer.process();
    }

    /**
     * The security label of the process at the other end, as SELinux, AppArmor or SMACK have it:
     * getsockopt(2), {@code SO_PEERSEC} of unix(7). Empty where none of them is in force.
     *
     * @return the label; empty where no security module is in force
     * @throws UnsupportedOperationException over TCP
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public Optional<String> peerSecurityLabel() throws IOException {
        return peer.securityLabel();
    }

    /**
     * The name of the socket at the other end: getpeername(2). A client of AF_UNIX has one only if
     * it called bind(2); else this is {@link Address#unnamed}.
     *
     * @return a path, an abstract name, {@link Address#unnamed}, or a port of 127.0.0.1
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket; {@code ENOTCONN} without a peer
     */
    public Address peerAddress() throws IOException {
        return peer.address();
    }

    /**
     * Lets bytes that come from now on bring their sender's credentials, for {@link
     * Ancillary#credentials}: {@code SO_PASSCRED} of unix(7). A read then ends where the sender
     * changes.
     *
     * @throws UnsupportedOperationException on macOS and over TCP
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public void passCredentials() throws IOException {
        options.passCredentials();
    }

    /**
     * Ends the stream to the peer, which reads to its end; reading goes on: shutdown(2).
     *
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket; {@code ENOTCONN} when there is
     *     no connection any more
     */
    @Override
    public void shutdownOutput() throws IOException {
        options.shutdown(Sockets.SHUT_WR);
    }

    /**
     * Ends the input: reads find its end, once they have taken what is there, and what the peer
     * writes from now on fails with {@code EPIPE}; writing goes on: shutdown(2).
     *
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket; {@code ENOTCONN} when there is
     *     no connection any more
     */
    public void shutdownInput() throws IOException {
        options.shutdown(Sockets.SHUT_RD);
    }

    /**
     * How many bytes can be read without waiting: ioctl(2), {@code FIONREAD}.
     *
     * @return bytes; 0 also at the end of the stream
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public int available() throws IOException {
        return options.available();
    }

    /**
     * {@code SO_RCVBUF} in bytes: getsockopt(2). Linux reports twice what was set.
     *
     * @return bytes, of which the kernel uses a part for itself
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public int receiveBuffer() throws IOException {
        return options.receiveBuffer();
    }

    /**
     * Sets {@code SO_RCVBUF}: setsockopt(2). On AF_UNIX it is the send buffer of the writer that
     * limits what waits to be read.
     *
     * @param bytes positive; the kernel keeps it between limits of its own
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public void receiveBuffer(int bytes) throws IOException {
        options.receiveBuffer(bytes);
    }

    /**
     * {@code SO_SNDBUF} in bytes: getsockopt(2). Linux reports twice what was set.
     *
     * @return bytes, of which the kernel uses a part for itself
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public int sendBuffer() throws IOException {
        return options.sendBuffer();
    }

    /**
     * Sets {@code SO_SNDBUF}: setsockopt(2).
     *
     * @param bytes positive; the kernel keeps it between limits of its own
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public void sendBuffer(int bytes) throws IOException {
        options.sendBuffer(bytes);
    }

    /**
     * Ends the stream in both directions and wakes whoever reads or writes; the socket stays open,
     * so that its owner can close it. A connect under way goes on: {@link #close} ends it. Does
     * nothing when it is closed, or the peer is gone.
     */
    @Override
    public void shutdown() {
        options.shutdown();
    }

    /** Closes: close(2). Threads that wait on the socket are woken. A second call does nothing. */
    @Override
    public void close() {
        state.close();
    }

    @Override
    public String toString() {
        return "StreamSocket[" + address() + "]";
    }
}
