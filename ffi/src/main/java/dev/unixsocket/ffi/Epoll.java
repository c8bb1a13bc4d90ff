package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.unixsocket.ffi.linux.Libc;
import dev.unixsocket.ffi.linux.epoll_event;
import dev.unixsocket.ffi.linux.epoll_event_aarch64;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * An epoll(7) instance. Linux only.
 *
 * <p>Thread-safe.
 */
final class Epoll {

    // x86-64 has struct epoll_event packed, aarch64 does not.
    private static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");
    static final long EVENT_BYTES = AARCH64 ? epoll_event_aarch64.sizeof() : epoll_event.sizeof();
    static final long EVENTS_OFFSET =
            AARCH64 ? epoll_event_aarch64.events$offset() : epoll_event.events$offset();
    static final long DATA_OFFSET =
            AARCH64 ? epoll_event_aarch64.data$offset() : epoll_event.data$offset();

    private final Descriptor descriptor = new Descriptor();

    Epoll() throws SyscallException {
        int epfd = Syscalls.epollCreate1(Libc.EPOLL_CLOEXEC());
        Sockets.check("epoll_create1", epfd, "a poller");
        descriptor.open(epfd, null);
    }

    /**
     * epoll_ctl(2).
     *
     * @param data what {@link EpollEvents#data} says of an event of that descriptor
     * @return 0 or {@code -errno}; {@code -EBADF} when this instance is closed
     */
    int control(int operation, int fd, int wanted, long data) {
        int epfd = descriptor.acquire();
        if (epfd < 0) {
            return -Errno.EBADF.number();
        }
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment event = memory.option;
            event.set(JAVA_INT_UNALIGNED, EVENTS_OFFSET, wanted);
            event.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, data);
            return Syscalls.epollCtl(epfd, operation, fd, event);
        } finally {
            descriptor.release();
        }
    }

    /**
     * epoll_wait(2).
     *
     * @param events room for that many
     * @param timeoutMillis -1 for no limit
     * @return how many events there are; 0 also after a signal
     */
    int await(MemorySegment events, int room, int timeoutMillis) throws IOException {
        int epfd = descriptor.acquire("epoll_wait");
        int ready;
        try {
            ready = Syscalls.epollWait(epfd, events, room, timeoutMillis);
        } finally {
            descriptor.release();
        }
        if (Errno.EINTR.is(ready)) {
            return 0;
        }
        Sockets.check("epoll_wait", ready, "a poller");
        return ready;
    }

    /** Closes it when its owner is garbage. */
    void closeWith(Object owner) {
        Leaks.watch(owner, descriptor);
    }

    /** Closes it; nobody may be waiting. A second call does nothing. */
    void close() {
        descriptor.close(fd -> {});
    }
}
