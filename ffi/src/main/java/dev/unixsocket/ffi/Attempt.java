package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;

/**
 * A system call in its two forms: one that never waits, and one that lets the kernel wait. Both
 * return what the call returns, or {@code -errno}.
 */
interface Attempt {

    /** Makes the call without waiting: {@code -EAGAIN} where it would have to. */
    long now(int fd, MemorySegment buffer, long offset, long length);

    /** Makes the call and lets the kernel wait. */
    long waiting(int fd, MemorySegment buffer, long offset, long length);

    /** Whether poll(2) and epoll(7) say when the call can go on. */
    default boolean isAnnounced() {
        return true;
    }

    /** As {@link #now}, again after a signal. */
    default long nowDespiteSignals(int fd, MemorySegment buffer, long offset, long length) {
        long result;
        do {
            result = now(fd, buffer, offset, length);
        } while (Errno.EINTR.is(result));
        return result;
    }

    /** read(2), and recv(2) with {@code MSG_DONTWAIT}. */
    Attempt READ =
            new Attempt() {
                @Override
                public long now(int fd, MemorySegment buffer, long offset, long length) {
                    return Syscalls.recvDontwait(fd, buffer, offset, length);
                }

                @Override
                public long waiting(int fd, MemorySegment buffer, long offset, long length) {
                    return Syscalls.read(fd, buffer, offset, length);
                }
            };

    /** send(2) that raises no signal. */
    Attempt SEND =
            new Attempt() {
                @Override
                public long now(int fd, MemorySegment buffer, long offset, long length) {
                    return Syscalls.sendDontwait(fd, buffer, offset, length);
                }

                @Override
                public long waiting(int fd, MemorySegment buffer, long offset, long length) {
                    return Syscalls.send(fd, buffer, offset, length);
                }
            };

    /** recv(2) with {@code MSG_PEEK}. */
    Attempt PEEK = new Receive(Sockets.MSG_PEEK);

    /** recv(2) of a message, which returns the length that it had, where the system tells that. */
    Attempt RECEIVE = new Receive(MessageMemory.FORMAT.wantLength());

    /** recv(2) with those flags. */
    record Receive(int flags) implements Attempt {
        @Override
        public long now(int fd, MemorySegment buffer, long offset, long length) {
            return Syscalls.recvDontwait(fd, buffer, offset, length, flags);
        }

        @Override
        public long waiting(int fd, MemorySegment buffer, long offset, long length) {
            return Syscalls.recv(fd, buffer, offset, length, flags);
        }
    }

    /**
     * send(2) of a message. Where the kernel waits for room in the queue of another socket, neither
     * shutdown(2) nor close(2) ends that.
     */
    record SendMessage(SocketState socket) implements Attempt {
        @Override
        public long now(int fd, MemorySegment buffer, long offset, long length) {
            return Syscalls.sendDontwait(fd, buffer, offset, length);
        }

        @Override
        public long waiting(int fd, MemorySegment buffer, long offset, long length) {
            long result = now(fd, buffer, offset, length);
            if (!Errno.EAGAIN.is(result)) {
                return result;
            }
            socket.blocked().enter();
            try {
                return socket.hasEnded()
                        ? -Errno.EINTR.number()
                        : Syscalls.send(fd, buffer, offset, length);
            } finally {
                socket.blocked().leave();
            }
        }
    }

    /** As {@link #SEND}, with write(2) where the kernel waits. */
    Attempt WRITE =
            new Attempt() {
                @Override
                public long now(int fd, MemorySegment buffer, long offset, long length) {
                    return Syscalls.sendDontwait(fd, buffer, offset, length);
                }

                @Override
                public long waiting(int fd, MemorySegment buffer, long offset, long length) {
                    return Syscalls.write(fd, buffer, offset, length);
                }
            };

    /** accept4(2) on a listener that has {@code O_NONBLOCK} where it must not wait. */
    Attempt ACCEPT = new Accept(Calls.SAFE);

    /** accept(2), as {@link #ACCEPT}. */
    Attempt PLAIN_ACCEPT = new Accept(Calls.PLAIN);

    /** See {@link #ACCEPT}. */
    record Accept(Calls calls) implements Attempt {
        @Override
        public long now(int fd, MemorySegment none, long offset, long length) {
            return Platform.CURRENT.accept(fd, calls);
        }

        @Override
        public long waiting(int fd, MemorySegment none, long offset, long length) {
            return Platform.CURRENT.accept(fd, calls);
        }
    }
}
