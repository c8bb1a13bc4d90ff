package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A socket of AF_UNIX that carries messages: each {@code send} is one, and each {@code receive}
 * brings one, whole and in order, or says that it was cut. Nothing is lost on the way: a sender
 * waits while the receiver's queue is full.
 *
 * <p>Calls wait as {@link #waiting(Waiting)} says, up to the timeouts that are set, and allocate
 * nothing on the heap. A virtual thread leaves its carrier while it waits. {@link Thread#interrupt}
 * ends a call that is parked, as {@link StreamSocket} has it.
 *
 * <p>Buffers are native memory. One on the heap is refused with {@link IllegalArgumentException}.
 *
 * <p>Thread-safe. {@link #close} ends the calls of other threads with a {@link
 * SocketClosedException}. A socket that is garbage before it was closed is closed then.
 */
public abstract sealed class MessageSocket implements HasDescriptor
        permits SeqpacketSocket, DatagramSocket {

    /** What {@code sendNow} and {@code receiveNow} return instead of waiting. */
    public static final long WOULD_WAIT = StreamSocket.WOULD_WAIT;

    /** What {@code receive} returns when no message will come any more. */
    public static final long END = -2;

    private final SocketState state = new SocketState(Sockets::endConnection);
    private final SocketOptions options = new SocketOptions(this, state);
    private final Peer peer = new Peer(this, state);
    private final Attempt sending = new Attempt.SendMessage(state);

    MessageSocket() {
        Leaks.watch(this, state.descriptor());
    }

    final SocketState state() {
        return state;
    }

    final SocketOptions options() {
        return options;
    }

    final Peer peer() {
        return peer;
    }

    /**
     * Sends a message to the peer, waiting while there is no room for it: send(2) with {@code
     * MSG_NOSIGNAL}.
     *
     * @param buffer native memory
     * @param offset where in it the message is
     * @param length of the message, in bytes
     * @throws SyscallException if the call fails: {@code EMSGSIZE} for a message that is larger
     *     than {@link #sendBuffer} takes, {@code EPIPE} or {@code ECONNREFUSED} when the peer is
     *     gone, {@code ENOTCONN} without a peer; {@link SyscallException#timedOut} when the send
     *     timeout ran out
     * @throws SocketClosedException if this process closed the socket
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     * @throws IllegalArgumentException if the buffer is on the heap, or a message of this type
     *     cannot be empty
     */
    public void send(MemorySegment buffer, long offset, long length) throws IOException {
        send(sending, buffer, offset, length);
    }

    /**
     * As {@link #send(MemorySegment, long, long)}, with descriptors: sendmsg(2), {@code SCM_RIGHTS}
     * of unix(7). The peer gets its own descriptors for the same open files; those here stay the
     * caller's to close, which it may do as soon as this returns.
     *
     * @param buffer native memory
     * @param offset where in it the message is
     * @param length of the message, in bytes
     * @param descriptors 253 at most
     * @throws IllegalArgumentException if they are more, or one of them is closed
     * @throws IOException as {@link #send(MemorySegment, long, long)}
     */
    public void send(MemorySegment buffer, long offset, long length, HasDescriptor... descriptors)
            throws IOException {
        try (Outgoing message = Outgoing.take(state, descriptors)) {
            send(message, buffer, offset, length);
        }
    }

    /** Sends in that way, which knows to whom. */
    final void send(Attempt attempt, MemorySegment buffer, long offset, long length)
            throws IOException {
        requireMessage(buffer, offset, length);
        int fd = state.descriptor().acquire("send");
        long result;
        try {
            Direction output = state.output();
            result = output.call(output.deadline(), attempt, fd, buffer, offset, length);
        } finally {
            state.descriptor().release("send");
            Reference.reachabilityFence(this);
        }
        sent(attempt, result);
    }

    private void sent(Attempt attempt, long result) throws IOException {
        if (attempt instanceof Outgoing message) {
            message.requireOpenDescriptors();
        }
        state.result("send", result);
    }

    /**
     * As {@link #send(MemorySegment, long, long, HasDescriptor...)}, and never waits: sendmsg(2)
     * with {@code MSG_DONTWAIT}.
     *
     * @param buffer native memory
     * @param offset where in it the message is
     * @param length of the message, in bytes
     * @param descriptors what goes with it; 253 at most
     * @return whether there was room for the message
     * @throws IOException as {@link #send(MemorySegment, long, long)}
     */
    public boolean sendNow(
            MemorySegment buffer, long offset, long length, HasDescriptor... descriptors)
            throws IOException {
        try (Outgoing message = Outgoing.take(state, descriptors)) {
            return sendNow(message, buffer, offset, length);
        }
    }

    /**
     * As {@link #send(MemorySegment, long, long)}, and never waits.
     *
     * @param buffer native memory
     * @param offset where in it the message is
     * @param length of the message, in bytes
     * @return whether there was room for the message
     * @throws IOException as {@link #send(MemorySegment, long, long)}
     */
    public boolean sendNow(MemorySegment buffer, long offset, long length) throws IOException {
        return sendNow(sending, buffer, offset, length);
    }

    /** As {@link #send(Attempt, MemorySegment, long, long)}, and never waits. */
    final boolean sendNow(Attempt attempt, MemorySegment buffer, long offset, long length)
            throws IOException {
        requireMessage(buffer, offset, length);
        int fd = state.descriptor().acquire("send");
        long result;
        try {
            result = attempt.nowDespiteSignals(fd, buffer, offset, length);
        } finally {
            state.descriptor().release();
            Reference.reachabilityFence(this);
        }
        if (Errno.EAGAIN.is(result)) {
            return false;
        }
        sent(attempt, result);
        return true;
    }

    private void requireMessage(MemorySegment buffer, long offset, long length) {
        NativeMemory.require(buffer, offset, length, "buffer");
        if (length == 0) {
            requireEmptyMessages();
        }
    }

    /** Refuses an empty message where one would look like something else. */
    abstract void requireEmptyMessages();

    /**
     * Receives a message, waiting for it: recv(2). Descriptors that come with it are closed.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the message goes
     * @param length how long the message may be, in bytes
     * @return how long it is, which may be 0; {@link #END} when the connection has ended
     * @throws TruncatedException if it was longer; its beginning is in the buffer, the rest is lost
     * @throws SyscallException if the call fails; {@link SyscallException#timedOut} when the
     *     receive timeout ran out
     * @throws SocketClosedException if this process closed the socket
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     * @throws IllegalArgumentException if the buffer is on the heap or read-only
     */
    public long receive(MemorySegment buffer, long offset, long length) throws IOException {
        if (MessageMemory.FORMAT.wantLength() == 0) { // recv(2) would cut it and not say so
            try (Ancillary none = new Ancillary()) {
                return receive(buffer, offset, length, none);
            }
        }
        return receive(true, Attempt.RECEIVE, null, buffer, offset, length);
    }

    /**
     * As {@link #receive(MemorySegment, long, long)}, with all that comes besides the bytes:
     * recvmsg(2).
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the message goes
     * @param length how long the message may be, in bytes
     * @param into what came; what nobody has taken of the last message is closed first
     * @return how long the message is, which may be 0; {@link #END} when the connection has ended
     * @throws TruncatedException also if this process had no numbers left for all descriptors that
     *     came
     */
    public long receive(MemorySegment buffer, long offset, long length, Ancillary into)
            throws IOException {
        Objects.requireNonNull(into, "ancillary");
        return receive(true, into.receiving(), into, buffer, offset, length);
    }

    /**
     * As {@link #receive(MemorySegment, long, long)}, and never waits.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the message goes
     * @param length how long the message may be, in bytes
     * @return also {@link #WOULD_WAIT}
     * @throws IOException as {@link #receive(MemorySegment, long, long)}
     */
    public long receiveNow(MemorySegment buffer, long offset, long length) throws IOException {
        if (MessageMemory.FORMAT.wantLength() == 0) {
            try (Ancillary none = new Ancillary()) {
                return receiveNow(buffer, offset, length, none);
            }
        }
        return receive(false, Attempt.RECEIVE, null, buffer, offset, length);
    }

    /**
     * As {@link #receive(MemorySegment, long, long, Ancillary)}, and never waits.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the message goes
     * @param length how long the message may be, in bytes
     * @param into what came; what nobody has taken of it from the last time is closed first
     * @return also {@link #WOULD_WAIT}
     * @throws IOException as {@link #receive(MemorySegment, long, long, Ancillary)}
     */
    public long receiveNow(MemorySegment buffer, long offset, long length, Ancillary into)
            throws IOException {
        Objects.requireNonNull(into, "ancillary");
        return receive(false, into.receiving(), into, buffer, offset, length);
    }

    private long receive(
            boolean waits,
            Attempt attempt,
            Ancillary into,
            MemorySegment buffer,
            long offset,
            long length)
            throws IOException {
        NativeMemory.requireWritable(buffer, offset, length, "buffer");
        if (into != null) {
            into.clear();
        }
        int fd = state.descriptor().acquire("receive");
        long result;
        try {
            Direction input = state.input();
            result =
                    waits
                            ? input.call(input.deadline(), attempt, fd, buffer, offset, length)
                            : attempt.nowDespiteSignals(fd, buffer, offset, length);
            if (into != null) {
                into.received(result);
            }
            if (result == 0 && isAtEnd(fd, buffer)) {
                result = END;
            }
        } finally {
            state.descriptor().release("receive");
            Reference.reachabilityFence(this);
        }
        if (!waits && Errno.EAGAIN.is(result)) {
            return WOULD_WAIT;
        }
        return result == END ? END : received(state.result("receive", result), length, into);
    }

    private long received(long sent, long room, Ancillary into) throws TruncatedException {
        if (sent > room || into != null && into.isTruncated()) {
            throw TruncatedException.ofBytes(Math.min(sent, room), sent, address());
        }
        if (into != null) {
            into.requireAllDescriptors("receive", sent, address());
        }
        return sent;
    }

    /** Whether 0 bytes are the end of a connection, and not an empty message. */
    abstract boolean isAtEnd(int fd, MemorySegment buffer);

    /**
     * Says how calls on this socket wait, from the next one on.
     *
     * @param waiting how calls wait from now on
     * @return this socket
     */
    public MessageSocket waiting(Waiting waiting) {
        state.waiting(waiting);
        return this;
    }

    /**
     * How calls on this socket wait: {@link Waiting#block} unless it was said otherwise.
     *
     * @return the strategy; never null
     */
    public final Waiting waiting() {
        return state.waiting();
    }

    /**
     * Whether {@link #close} has not been called.
     *
     * @return true until it is closed
     */
    public final boolean isOpen() {
        return state.descriptor().isOpen();
    }

    /**
     * Where it is; each type says what that means. Null for one that was never open.
     *
     * @return a path, an abstract name, or {@link Address#unnamed}
     */
    public final Address address() {
        return state.descriptor().address();
    }

    /**
     * Sets {@code SO_RCVTIMEO}: how long each {@code receive} may wait, whatever signals come.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     * @throws IllegalArgumentException if it is negative
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final void receiveTimeout(Duration timeout) throws IOException {
        options.receiveTimeout(timeout);
    }

    /**
     * Sets {@code SO_SNDTIMEO}: how long each {@code send} may wait, whatever signals come.
     *
     * @param timeout rounded up to a microsecond; zero waits without limit
     * @throws IllegalArgumentException if it is negative
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final void sendTimeout(Duration timeout) throws IOException {
        options.sendTimeout(Timeouts.nanos(timeout));
    }

    /**
     * {@code SO_SNDBUF} in bytes: getsockopt(2). Linux reports twice what was set.
     *
     * @return bytes, of which the kernel uses a part for itself
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final int sendBuffer() throws IOException {
        return options.sendBuffer();
    }

    /**
     * Sets {@code SO_SNDBUF}: setsockopt(2). It limits the length of a message, and how many
     * messages may be on their way.
     *
     * @param bytes positive; the kernel keeps it between limits of its own
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final void sendBuffer(int bytes) throws IOException {
        options.sendBuffer(bytes);
    }

    /**
     * Lets each message that comes from now on bring its sender's credentials, for {@link
     * Ancillary#credentials}: {@code SO_PASSCRED} of unix(7). A socket that has no name gets an
     * abstract one from the kernel when it then connects or sends.
     *
     * @throws UnsupportedOperationException on macOS
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final void passCredentials() throws IOException {
        options.passCredentials();
    }

    /**
     * Who is at the other end of a connection or a pair, by the kernel's word: getsockopt(2),
     * {@code SO_PEERCRED} of unix(7).
     *
     * @return the PID, UID and GID that it had when it connected or made the pair
     * @throws UnsupportedOperationException where the kernel does not know: a datagram socket that
     *     is not one of a pair
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final PeerCredentials peerCredentials() throws IOException {
        return peer.credentials();
    }

    /**
     * As {@link #peerCredentials()}, without allocating.
     *
     * @param into gets the PID, UID and GID of the peer
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final void peerCredentials(CredentialsBuffer into) throws IOException {
        peer.credentials(into);
    }

    /**
     * As {@link StreamSocket#peerGroups}.
     *
     * @return group IDs, to be compared as unsigned numbers
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final int[] peerGroups() throws IOException {
        return peer.groups();
    }

    /**
     * As {@link StreamSocket#peerProcess}.
     *
     * @return to be closed
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final PeerProcess peerProcess() throws IOException {
        return peer.process();
    }

    /**
     * As {@link StreamSocket#peerSecurityLabel}.
     *
     * @return the label; empty where no security module is in force
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket
     */
    public final Optional<String> peerSecurityLabel() throws IOException {
        return peer.securityLabel();
    }

    /**
     * As {@link StreamSocket#peerAddress}.
     *
     * @return a path, an abstract name, or {@link Address#unnamed}
     * @throws IOException a {@link SyscallException} if the call fails, a {@link
     *     SocketClosedException} if this process closed the socket; {@code ENOTCONN} without a peer
     */
    public final Address peerAddress() throws IOException {
        return peer.address();
    }

    /** Closes: close(2). Threads that wait on the socket are woken. A second call does nothing. */
    @Override
    public final void close() {
        state.close();
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + address() + "]";
    }
}
