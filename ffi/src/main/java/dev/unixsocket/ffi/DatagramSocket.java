package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.function.ToIntBiFunction;

/**
 * A socket of AF_UNIX that carries messages without a connection, {@code SOCK_DGRAM} of unix(7). On
 * AF_UNIX that is reliable and in order too: a sender waits while the receiver's queue is full
 * ({@code net.unix.max_dgram_qlen} messages on Linux).
 *
 * <p>{@link #address} is its own name. One that has none can send, and nobody can answer it. A
 * datagram can be empty; there is no end, so {@code receive} never returns {@link #END}.
 *
 * <p>Thread-safe; see {@link MessageSocket}.
 */
public final class DatagramSocket extends MessageSocket {

    private DatagramSocket() {}

    /**
     * A socket without a name, to send from: socket(2).
     *
     * @return to be closed
     * @throws IOException a {@link SyscallException} if a call fails: {@code EMFILE} when this
     *     process has no descriptor left
     */
    public static DatagramSocket unnamed() throws IOException {
        int fd = Sockets.create(Address.unnamed(), Sockets.SOCK_DGRAM, Calls.SAFE, true);
        DatagramSocket socket = new DatagramSocket();
        socket.state().open(fd, Address.unnamed());
        return socket;
    }

    /**
     * A socket that datagrams can be sent to: socket(2), bind(2). A file that is there already is
     * left alone, and the one that this makes stays when the socket is closed; {@link
     * MessageSocketFile#bind} replaces a stale one, and unlinks its own.
     *
     * @param address a path or an abstract name
     * @return to be closed
     * @throws SyscallException if a call fails: {@code EADDRINUSE} when it is taken
     * @throws IllegalArgumentException if the address is not of AF_UNIX
     */
    public static DatagramSocket bind(Address address) throws IOException {
        return bind(address, (fd, to) -> Syscalls.bind(fd, to.segment(), to.length()));
    }

    /** As {@link #bind(Address)}; the file never has more permissions than {@code mode}. */
    static DatagramSocket bind(Address.UnixPath address, int mode) throws IOException {
        return bind(address, (fd, to) -> Platform.CURRENT.bindWithMode(fd, to, mode));
    }

    private static DatagramSocket bind(Address address, ToIntBiFunction<Integer, Sockaddr> call)
            throws IOException {
        Sockets.requireUnix(address);
        DatagramSocket socket = unnamed();
        try (Arena arena = Arena.ofConfined()) {
            Sockaddr sockaddr = Sockaddr.of(address, arena);
            socket.bind(sockaddr, address, call);
            return socket;
        } catch (Throwable t) {
            socket.close();
            throw t;
        }
    }

    /**
     * A socket to which the kernel gives an abstract name that is free, so that it can be answered:
     * socket(2), bind(2). Linux.
     *
     * @return to be closed; {@link #address} says which name it got
     * @throws UnsupportedOperationException where there is no abstract namespace
     * @throws IOException a {@link SyscallException} if a call fails
     */
    public static DatagramSocket bindToFreeName() throws IOException {
        if (!Platform.CURRENT.hasAbstractNames()) {
            throw new UnsupportedOperationException(
                    "the kernel gives names on Linux only: bind a path");
        }
        DatagramSocket socket = unnamed();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment family = Sockaddr.allocate(arena);
            Platform.CURRENT.fillSockaddrUn(family, new byte[1]);
            Sockaddr free = new Sockaddr(family, LinuxStructs.SUN_PATH);
            socket.bind(
                    free,
                    Address.unnamed(),
                    (fd, to) -> Syscalls.bind(fd, to.segment(), to.length()));
            return socket;
        } catch (Throwable t) {
            socket.close();
            throw t;
        }
    }

    /** Gives it a name; which one, the kernel says where none was asked for. */
    private void bind(Sockaddr to, Address asked, ToIntBiFunction<Integer, Sockaddr> call)
            throws IOException {
        Descriptor descriptor = state().descriptor();
        int fd = descriptor.acquire("bind");
        try {
            Sockets.check("bind", call.applyAsInt(fd, to), asked);
            descriptor.bound(asked instanceof Address.Unnamed ? Sockaddr.own(fd) : asked);
        } finally {
            descriptor.release("bind");
        }
    }

    /**
     * Two whose messages go to each other: socketpair(2).
     *
     * @return both, to be closed
     * @throws IOException a {@link SyscallException} if a call fails: {@code EMFILE} when this
     *     process has fewer than two descriptors left
     */
    public static SocketPair<DatagramSocket> pair() throws IOException {
        return Sockets.pair(
                Sockets.SOCK_DGRAM,
                DatagramSocket::new,
                (socket, fd, address) -> socket.state().open(fd, address));
    }

    /**
     * Takes over a socket that this process was started with; see {@link StreamSocket#inherited}.
     *
     * @param fd its number; it becomes this object's, unless it is refused
     * @return the owner of the descriptor, to be closed
     * @throws IOException if it is not a {@code SOCK_DGRAM} socket of AF_UNIX; the message says
     *     what it lacks
     */
    public static DatagramSocket inherited(int fd) throws IOException {
        DatagramSocket socket = new DatagramSocket();
        socket.state().openShared(fd, Inherited.datagram(fd));
        return socket;
    }

    @Override
    public DatagramSocket waiting(Waiting waiting) {
        super.waiting(waiting);
        return this;
    }

    /**
     * Makes an address the peer: {@code send} goes there, and on Linux nobody else can send to this
     * socket from now on: connect(2), which does not wait.
     *
     * @param address a path or an abstract name
     * @return this socket
     * @throws SyscallException if the call fails: {@code ECONNREFUSED} or {@code ENOENT} when
     *     nobody receives there, {@code EPROTOTYPE} if that is no datagram socket, for an abstract
     *     name {@code ECONNREFUSED}
     * @throws IllegalArgumentException if the address is not of AF_UNIX
     */
    public DatagramSocket connect(Address address) throws IOException {
        Sockets.requireUnix(address);
        int fd = state().descriptor().acquire("connect");
        int result;
        try (Arena arena = Arena.ofConfined()) {
            Sockaddr to = Sockaddr.of(address, arena);
            result = Syscalls.connect(fd, to.segment(), to.length());
        } finally {
            state().descriptor().release("connect");
            Reference.reachabilityFence(this);
        }
        Sockets.check("connect", result, address);
        return this;
    }

    private static final HasDescriptor[] NONE = {};

    /**
     * Sends a datagram to an address, waiting while there is no room in its queue: sendmsg(2) with
     * {@code MSG_NOSIGNAL}. The kernel does not say when a queue of somebody who is not the peer
     * has room; a parked thread tries again, at first after 50 µs and in the end every 20 ms.
     * Allocates nothing when this thread's last datagram went to the same {@code Address} object.
     *
     * @param address a path or an abstract name
     * @param buffer native memory
     * @param offset where in it the datagram is
     * @param length of the datagram, in bytes, which may be 0
     * @throws SyscallException if the call fails: {@code ECONNREFUSED} or {@code ENOENT} when
     *     nobody receives there, {@code EMSGSIZE} if it is larger than {@link #sendBuffer} takes;
     *     {@link SyscallException#timedOut} when the send timeout ran out
     * @throws SocketClosedException if this process closed the socket
     * @throws ClosedByInterruptException if the thread was interrupted while it was parked
     * @throws IllegalArgumentException if the buffer is on the heap, or the address not of AF_UNIX
     */
    public void sendTo(Address address, MemorySegment buffer, long offset, long length)
            throws IOException {
        sendTo(address, buffer, offset, length, NONE);
    }

    /**
     * As {@link #sendTo(Address, MemorySegment, long, long)}, with descriptors.
     *
     * @param address a path or an abstract name
     * @param buffer native memory
     * @param offset where in it the message is
     * @param length of the message, in bytes
     * @param descriptors what goes with it; 253 at most
     * @throws IOException as {@link #sendTo(Address, MemorySegment, long, long)}
     */
    public void sendTo(
            Address address,
            MemorySegment buffer,
            long offset,
            long length,
            HasDescriptor... descriptors)
            throws IOException {
        Sockets.requireUnix(address);
        try (Outgoing message = Outgoing.take(state(), descriptors)) {
            send(message.to(address), buffer, offset, length);
        }
    }

    /**
     * As {@link #sendTo(Address, MemorySegment, long, long)}, and never waits.
     *
     * @param address a path or an abstract name
     * @param buffer native memory
     * @param offset where in it the message is
     * @param length of the message, in bytes
     * @return whether there was room for the datagram
     * @throws IOException as {@link #sendTo(Address, MemorySegment, long, long)}
     */
    public boolean sendToNow(Address address, MemorySegment buffer, long offset, long length)
            throws IOException {
        Sockets.requireUnix(address);
        try (Outgoing message = Outgoing.take(state(), NONE)) {
            return sendNow(message.to(address), buffer, offset, length);
        }
    }

    /**
     * As {@link #sendTo(Address, MemorySegment, long, long)}, to where a datagram came from,
     * without allocating.
     *
     * @param received what came with it
     * @param buffer native memory
     * @param offset where in it the message is
     * @param length of the message, in bytes
     * @throws IllegalStateException if the sender has no name to answer to
     * @throws IOException as {@link #sendTo(Address, MemorySegment, long, long)}
     */
    public void reply(Ancillary received, MemorySegment buffer, long offset, long length)
            throws IOException {
        Objects.requireNonNull(received, "received");
        Objects.requireNonNull(buffer, "buffer");
        try (Outgoing message = Outgoing.take(state(), NONE)) {
            send(
                    message.to(received.senderName(), received.senderNameBytes()),
                    buffer,
                    offset,
                    length);
        }
    }

    @Override
    void requireEmptyMessages() {}

    @Override
    boolean isAtEnd(int fd, MemorySegment buffer) {
        return false;
    }
}
