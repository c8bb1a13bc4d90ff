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

    /** recv(2) with {@code MSG_PEEK}. */
    Attempt PEEK =
            new Attempt() {
                @Override
                public long now(int fd, MemorySegment buffer, long offset, long length) {
                    return Syscalls.recvPeekDontwait(fd, buffer, offset, length);
                }

                @Override
                public long waiting(int fd, MemorySegment buffer, long offset, long length) {
                    return Syscalls.recvPeek(fd, buffer, offset, length);
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
