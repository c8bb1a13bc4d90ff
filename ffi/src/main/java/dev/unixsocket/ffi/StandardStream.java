package dev.unixsocket.ffi;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Standard input, standard output or standard error: descriptors that the process began with and
 * never closes. Another program may have set {@code O_NONBLOCK} on them, since the flag belongs to
 * what is open and not to the descriptor; calls wait all the same.
 *
 * <p>Thread-safe; a call waits in the kernel, so that a platform thread should make it.
 */
public enum StandardStream {
    /** Descriptor 0. */
    INPUT(0),
    /** Descriptor 1. */
    OUTPUT(1),
    /** Descriptor 2. */
    ERROR(2);

    private final int fd;

    StandardStream(int fd) {
        this.fd = fd;
    }

    /**
     * Reads what is there, waiting for the first byte: read(2), and poll(2) where the descriptor
     * does not wait.
     *
     * @param buffer native memory that can be written to
     * @param offset where in it the bytes go
     * @param length how many bytes at most; more than 0
     * @return how many bytes came; 0 at the end of the stream
     * @throws SyscallException if the call fails
     */
    public long read(MemorySegment buffer, long offset, long length) throws SyscallException {
        NativeMemory.requireWritable(buffer, offset, length, "buffer");
        while (true) {
            long result = Syscalls.read(fd, buffer, offset, length);
            if (!mayBeRepeated(result, PollPoller.POLLIN)) {
                Sockets.check("read", result, this);
                return result;
            }
        }
    }

    /**
     * Writes what there is room for, waiting until there is some: write(2), and poll(2) where the
     * descriptor does not wait.
     *
     * @param buffer native memory
     * @param offset where in it the bytes are
     * @param length how many of them; more than 0
     * @return how many bytes were taken, at least 1
     * @throws SyscallException if the call fails: {@code EPIPE} when the reader has gone, {@code
     *     ENOSPC} on a full device
     */
    public long write(MemorySegment buffer, long offset, long length) throws SyscallException {
        NativeMemory.require(buffer, offset, length, "buffer");
        while (true) {
            long result = Syscalls.write(fd, buffer, offset, length);
            if (!mayBeRepeated(result, PollPoller.POLLOUT)) {
                Sockets.check("write", result, this);
                return result;
            }
        }
    }

    private boolean mayBeRepeated(long result, short event) throws SyscallException {
        if (Errno.EAGAIN.is(result)) {
            int ready = Readiness.of(fd, event, -1);
            if (!Errno.EINTR.is(ready)) {
                Sockets.check("poll", ready, this);
            }
            return true;
        }
        return Errno.EINTR.is(result);
    }

    /**
     * Waits until the other end has gone: the last reader of a pipe, a terminal that hung up. A
     * file never goes.
     *
     * @param millis how long at most; -1 for no limit
     * @return whether it has gone
     */
    public boolean awaitGone(int millis) {
        return Readiness.of(fd, (short) 0, millis) > 0;
    }

    /**
     * Whether it is a terminal that hung up: its window was closed, its connection has ended.
     *
     * @return whether it is
     */
    public boolean isHungUpTerminal() {
        if (!awaitGone(0)) {
            return false;
        }
        try {
            return FileCalls.fstat(fd, Path.of("/dev/fd/" + fd)).isCharacterDevice();
        } catch (SyscallException closed) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "standard " + (fd == 0 ? "input" : fd == 1 ? "output" : "error");
    }
}
