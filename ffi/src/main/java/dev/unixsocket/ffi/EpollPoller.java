package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.unixsocket.ffi.linux.Libc;
import dev.unixsocket.ffi.linux.epoll_event;
import dev.unixsocket.ffi.linux.epoll_event_aarch64;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** epoll(7): the kernel keeps the list of sockets, and a wait returns only those that are ready. */
final class EpollPoller extends Poller {

    /** How many ready sockets one wait can report; the others are reported by the next. */
    private static final int MAX_EVENTS = 256;

    // x86-64 has struct epoll_event packed, aarch64 does not.
    private static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");
    private static final long EVENT_BYTES =
            AARCH64 ? epoll_event_aarch64.sizeof() : epoll_event.sizeof();
    private static final long EVENTS_OFFSET =
            AARCH64 ? epoll_event_aarch64.events$offset() : epoll_event.events$offset();
    private static final long DATA_OFFSET =
            AARCH64 ? epoll_event_aarch64.data$offset() : epoll_event.data$offset();

    private final int epfd;
    private final MemorySegment event = Arena.ofAuto().allocate(EVENT_BYTES, Long.BYTES);
    private final MemorySegment events =
            Arena.ofAuto().allocate(EVENT_BYTES * MAX_EVENTS, Long.BYTES);

    EpollPoller() throws IOException {
        epfd = ReadinessSyscalls.epollCreate1(Libc.EPOLL_CLOEXEC());
        if (epfd < 0) {
            super.close();
            throw new SyscallException("epoll_create1", epfd, "a poller");
        }
        watchWakeUps();
    }

    @Override
    void add(Registration registration) throws IOException {
        control(Libc.EPOLL_CTL_ADD(), registration);
    }

    @Override
    void change(Registration registration) throws IOException {
        control(Libc.EPOLL_CTL_MOD(), registration);
    }

    private void control(int operation, Registration registration) throws IOException {
        int wanted = 0;
        if ((registration.interest() & READ) != 0) {
            wanted |= Libc.EPOLLIN();
        }
        if ((registration.interest() & WRITE) != 0) {
            wanted |= Libc.EPOLLOUT();
        }
        event.set(JAVA_INT_UNALIGNED, EVENTS_OFFSET, wanted);
        event.set(JAVA_INT_UNALIGNED, DATA_OFFSET, registration.number());
        int result = ReadinessSyscalls.epollCtl(epfd, operation, registration.fd(), event);
        Sockets.check("epoll_ctl", result, "descriptor " + registration.fd());
    }

    @Override
    int await(int timeoutMillis) throws IOException {
        int ready = ReadinessSyscalls.epollWait(epfd, events, MAX_EVENTS, timeoutMillis);
        if (Errno.EINTR.is(ready)) {
            return 0;
        }
        Sockets.check("epoll_wait", ready, "a poller");
        return ready;
    }

    @Override
    int readyNumber(int i) {
        return events.get(JAVA_INT_UNALIGNED, i * EVENT_BYTES + DATA_OFFSET);
    }

    @Override
    int readiness(int i) {
        int occurred = events.get(JAVA_INT_UNALIGNED, i * EVENT_BYTES + EVENTS_OFFSET);
        int readiness = 0;
        if ((occurred & ~Libc.EPOLLOUT()) != 0) {
            readiness |= READ;
        }
        if ((occurred & ~Libc.EPOLLIN()) != 0) {
            readiness |= WRITE;
        }
        return readiness;
    }

    @Override
    public void close() {
        super.close();
        Syscalls.close(epfd);
    }
}
