package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A message that carries more than bytes: descriptors, or an address to go to. sendmsg(2).
 *
 * <p>Borrowed for a call, so that none is allocated for it: between {@link #take} and {@link
 * #close} nobody else has it.
 */
final class Outgoing implements Attempt, AutoCloseable {

    /** How many threads can be in a call without one that allocates; a power of two. */
    private static final int LENDABLE = 64;

    private static final AtomicReferenceArray<Outgoing> SHELF =
            new AtomicReferenceArray<>(LENDABLE);

    private static final int NONE = -1;

    private final MessageMemory memory = new MessageMemory();
    private final int place;

    private SocketState socket;

    /** Copied, so that what is acquired is released, whatever the caller does to its array. */
    private final HasDescriptor[] descriptors = new HasDescriptor[MessageMemory.MOST_DESCRIPTORS];

    private int count;

    /** Whether the descriptors are on their way. */
    private boolean sent;

    /** Which of the descriptors was found closed. */
    private int closed;

    /** How much of the memory's name counts: 0 for the peer that the socket is connected to. */
    private int nameBytes;

    /** Of the address that the memory's name holds from the last time; null for none. */
    private Address nameOf;

    private int nameOfBytes;

    private Outgoing(int place) {
        this.place = place;
    }

    /**
     * For a message of that socket, until {@link #close}.
     *
     * @param descriptors what goes with it
     * @throws IllegalArgumentException if they are more than the kernel takes
     */
    static Outgoing take(SocketState socket, HasDescriptor... descriptors) {
        Descriptors.requireSendable(descriptors);
        int place = (int) Thread.currentThread().threadId() & (LENDABLE - 1);
        Outgoing known = SHELF.getAndSet(place, null);
        Outgoing message = known != null ? known : new Outgoing(place);
        message.socket = socket;
        System.arraycopy(descriptors, 0, message.descriptors, 0, descriptors.length);
        message.count = descriptors.length;
        message.closed = NONE;
        message.sent = false;
        message.nameBytes = 0;
        return message;
    }

    /** Where it goes, on a socket that is not connected. */
    Outgoing to(Address address) {
        if (address != nameOf) {
            nameOf = null;
            nameOfBytes = Sockaddr.fill(memory.name(), address);
            nameOf = address;
        }
        nameBytes = nameOfBytes;
        return this;
    }

    /** As {@link #to(Address)}, with an address that recvmsg(2) has left there. */
    Outgoing to(MemorySegment name, int bytes) {
        nameOf = null;
        MemorySegment.copy(name, 0, memory.name(), 0, bytes);
        nameBytes = bytes;
        return this;
    }

    /** The kernel tells nobody when the queue of somebody who is not the peer has room again. */
    @Override
    public boolean isAnnounced() {
        return nameBytes == 0;
    }

    @Override
    public long now(int fd, MemorySegment buffer, long offset, long length) {
        int held = 0;
        try {
            for (; held < toSend(); held++) {
                int number = Descriptors.of(descriptors[held]).acquire();
                if (number < 0) {
                    closed = held;
                    return -Errno.EBADF.number();
                }
                memory.putRight(held, number);
            }
            memory.set(buffer, offset, length, nameBytes, controlBytes());
            long result = Syscalls.sendmsgDontwait(fd, memory.header(), buffer);
            sent |= result >= 0;
            return result;
        } finally {
            while (held > 0) {
                Descriptors.of(descriptors[--held]).release();
            }
        }
    }

    /** They go with the first bytes of a stream; a call for the rest of them has none. */
    private int toSend() {
        return sent ? 0 : count;
    }

    private int controlBytes() {
        return toSend() == 0 ? 0 : memory.putRightsHeader(count);
    }

    /**
     * The kernel does not wait with descriptors, which nobody could close meanwhile. Where it does,
     * for room in the queue of another socket, neither shutdown(2) nor close(2) ends that.
     */
    @Override
    public long waiting(int fd, MemorySegment buffer, long offset, long length) {
        long result = now(fd, buffer, offset, length);
        if (!Errno.EAGAIN.is(result) || toSend() > 0) {
            return result;
        }
        socket.blocked().enter();
        try {
            return socket.hasEnded()
                    ? -Errno.EINTR.number()
                    : Syscalls.sendmsg(fd, memory.header(), buffer);
        } finally {
            socket.blocked().leave();
        }
    }

    /** Refuses a descriptor that was found closed. */
    void requireOpenDescriptors() {
        if (closed != NONE) {
            throw new IllegalArgumentException(
                    "descriptor %d of the %d to send is closed: %s"
                            .formatted(closed + 1, count, descriptors[closed]));
        }
    }

    @Override
    public void close() {
        socket = null;
        Arrays.fill(descriptors, 0, count, null);
        SHELF.setRelease(place, this);
    }
}
