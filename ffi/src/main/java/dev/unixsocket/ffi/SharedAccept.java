package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits on a listener that another process, such as systemd, has too. Shutting it down would end it
 * for both, so whoever waits here does so in poll(2), on the listener and on a pipe, and waking
 * closes the pipe's other end.
 *
 * <p>One thread waits and accepts at a time, so that nobody is left in accept(2) because another
 * took the connection that poll(2) told of. Another <em>process</em> that accepts on the same
 * listener could do that.
 */
final class SharedAccept implements AcceptWait {

    // The same on Linux and on macOS: struct pollfd is { int fd; short events, revents; }.
    static final short POLLIN = 1;
    static final int POLLFD_BYTES = 8;
    static final int EVENTS_OFFSET = 4;

    private static final int WITHOUT_LIMIT = -1;

    private final ReentrantLock turn = new ReentrantLock();
    private final MemorySegment pollfds = Arena.ofAuto().allocate(2 * POLLFD_BYTES, Long.BYTES);
    private final Descriptor readEnd = new Descriptor();
    private final Descriptor writeEnd = new Descriptor();

    SharedAccept() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            Sockets.check("pipe", PollSyscalls.pipe(ends), "to wake a listener");
            readEnd.open(ends.getAtIndex(JAVA_INT, 0), null);
            writeEnd.open(ends.getAtIndex(JAVA_INT, 1), null);
        }
    }

    @Override
    public int accept(int fd) {
        turn.lock();
        try {
            int wake = readEnd.acquire();
            if (wake < 0) {
                return -Errno.EINVAL.number();
            }
            try {
                return awaitConnection(fd, wake) ? Syscalls.accept(fd) : -Errno.EINVAL.number();
            } finally {
                readEnd.release();
            }
        } finally {
            turn.unlock();
        }
    }

    /** False when it was woken, or cannot wait. */
    private boolean awaitConnection(int fd, int wake) {
        int result;
        do {
            ask(0, fd);
            ask(1, wake);
            result = PollSyscalls.poll(pollfds, 2, WITHOUT_LIMIT);
        } while (Errno.EINTR.is(result));
        boolean woken = pollfds.get(JAVA_INT, POLLFD_BYTES + EVENTS_OFFSET) >>> Short.SIZE != 0;
        return result > 0 && !woken;
    }

    /** Asks for input of one descriptor; writing both halves of the int clears the answer. */
    private void ask(int index, int fd) {
        pollfds.set(JAVA_INT, (long) index * POLLFD_BYTES, fd);
        pollfds.set(JAVA_INT, (long) index * POLLFD_BYTES + EVENTS_OFFSET, POLLIN);
    }

    @Override
    public void wake(int fd) {
        writeEnd.close(ignored -> {});
    }

    @Override
    public void close() {
        writeEnd.close(ignored -> {});
        readEnd.close(ignored -> {});
    }
}
