package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pipe through which any thread wakes the one that waits in poll(2) or epoll_wait(2).
 * Thread-safe: waking one that is closed does nothing, and closing it again neither.
 */
final class WakePipe {

    private static final long ROOM = 64;

    private final Descriptor readEnd = new Descriptor();
    private final Descriptor writeEnd = new Descriptor();
    private final MemorySegment bytes = Arena.ofAuto().allocate(ROOM);

    WakePipe() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(JAVA_INT, 2);
            Sockets.check("pipe", Platform.CURRENT.pipe(fds), "to wake a poller");
            readEnd.open(fds.getAtIndex(JAVA_INT, 0), null);
            writeEnd.open(fds.getAtIndex(JAVA_INT, 1), null);
        }
    }

    /** The number to wait on, as long as it is open. */
    int readEnd() {
        int fd = readEnd.acquire();
        readEnd.release();
        return fd;
    }

    /** Closes it when its owner is garbage. */
    void closeWith(Object owner) {
        Leaks.watch(owner, readEnd);
        Leaks.watch(owner, writeEnd);
    }

    /** Before a wait on the read end, which keeps it open. False when it is closed. */
    boolean enter() {
        return readEnd.acquire() >= 0;
    }

    /** After {@link #enter}. */
    void leave() {
        readEnd.release();
    }

    boolean isOpen() {
        return readEnd.isOpen();
    }

    /** Makes the read end readable; it never waits. */
    void wake() {
        int fd = writeEnd.acquire();
        if (fd >= 0) {
            try {
                Syscalls.write(fd, bytes, 1);
            } finally {
                writeEnd.release();
            }
        }
    }

    /** Takes what {@link #wake} has written; it never waits. */
    void drain() {
        int fd = readEnd.acquire();
        if (fd >= 0) {
            try {
                Syscalls.read(fd, bytes, ROOM);
            } finally {
                readEnd.release();
            }
        }
    }

    /** Wakes who waits on it, and waits until nobody does. */
    void close() {
        readEnd.close(fd -> wake());
        writeEnd.close(fd -> {});
    }
}
