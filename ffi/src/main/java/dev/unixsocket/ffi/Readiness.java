package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** poll(2) of one descriptor. Stateless, thread-safe. */
final class Readiness {

    private Readiness() {}

    /**
     * Waits until a descriptor is ready, or has failed.
     *
     * @param events {@code POLLIN} or {@code POLLOUT}
     * @param timeoutMillis -1 for no limit
     * @return 1, 0 when time ran out, or {@code -errno}
     */
    static int of(int fd, short events, int timeoutMillis) {
        try (CallMemory memory = CallMemory.take()) {
            memory.pollfd.set(JAVA_INT, PollPoller.FD_OFFSET, fd);
            memory.pollfd.set(JAVA_SHORT, PollPoller.EVENTS_OFFSET, events);
            memory.pollfd.set(JAVA_SHORT, PollPoller.REVENTS_OFFSET, (short) 0);
            return Syscalls.poll(memory.pollfd, 1, timeoutMillis);
        }
    }
}
