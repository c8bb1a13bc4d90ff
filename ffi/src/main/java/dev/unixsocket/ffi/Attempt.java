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

    // A slice only where one is needed, and in a branch of its own: merged with the whole buffer
    // into one variable, the compiler would have to make it on the heap.

    /** read(2), and recv(2) with {@code MSG_DONTWAIT}. */
    Attempt READ =
            new Attempt() {
                @Override
                public long now(int fd, MemorySegment buffer, long offset, long length) {
                    if (offset == 0) {
                        return Syscalls.recvDontwait(fd, buffer, length);
                    }
                    return Syscalls.recvDontwait(fd, buffer.asSlice(offset, length), length);
                }

                @Override
                public long waiting(int fd, MemorySegment buffer, long offset, long length) {
                    if (offset == 0) {
                        return Syscalls.read(fd, buffer, length);
                    }
                    return Syscalls.read(fd, buffer.asSlice(offset, length), length);
                }
            };

    /** send(2) that raises no signal. */
    Attempt SEND =
            new Attempt() {
                @Override
                public long now(int fd, MemorySegment buffer, long offset, long length) {
                    return sendNow(fd, buffer, offset, length);
                }

                @Override
                public long waiting(int fd, MemorySegment buffer, long offset, long length) {
                    if (offset == 0) {
                        return Syscalls.send(fd, buffer, length);
                    }
                    return Syscalls.send(fd, buffer.asSlice(offset, length), length);
                }
            };

    /** As {@link #SEND}, with write(2) where the kernel waits. */
    Attempt WRITE =
            new Attempt() {
                @Override
                public long now(int fd, MemorySegment buffer, long offset, long length) {
                    return sendNow(fd, buffer, offset, length);
                }

                @Override
                public long waiting(int fd, MemorySegment buffer, long offset, long length) {
                    if (offset == 0) {
                        return Syscalls.write(fd, buffer, length);
                    }
                    return Syscalls.write(fd, buffer.asSlice(offset, length), length);
                }
            };

    private static long sendNow(int fd, MemorySegment buffer, long offset, long length) {
        if (offset == 0) {
            return Syscalls.sendDontwait(fd, buffer, length);
        }
        return Syscalls.sendDontwait(fd, buffer.asSlice(offset, length), length);
    }

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
