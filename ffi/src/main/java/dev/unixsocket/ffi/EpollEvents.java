package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The events that a wait for an epoll(7) instance returned. Belongs to the thread that waits. */
final class EpollEvents {

    /** How many events one wait can return; the others are returned by the next. */
    private static final int ROOM = 256;

    private final Epoll epoll;
    private final MemorySegment events =
            Arena.ofAuto().allocate(Epoll.EVENT_BYTES * ROOM, Long.BYTES);

    EpollEvents(Epoll epoll) {
        this.epoll = epoll;
    }

    /**
     * epoll_wait(2).
     *
     * @param timeoutMillis 0 to return at once, -1 for no limit
     * @return how many events there are; 0 also after a signal
     */
    int await(int timeoutMillis) throws IOException {
        return epoll.await(events, ROOM, timeoutMillis);
    }

    /** The {@code epoll_data} of the i-th event. */
    long data(int i) {
        return events.get(JAVA_LONG_UNALIGNED, i * Epoll.EVENT_BYTES + Epoll.DATA_OFFSET);
    }

    /** What occurred: {@code EPOLLIN} and the like. */
    int occurred(int i) {
        return events.get(JAVA_INT_UNALIGNED, i * Epoll.EVENT_BYTES + Epoll.EVENTS_OFFSET);
    }
}
