package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** poll(2): each wait hands the kernel the whole list, and looks through all of it afterwards. */
final class PollPoller extends Poller {

    // struct pollfd and its constants, the same on Linux and on macOS.
    private static final long POLLFD_BYTES = 8;
    private static final long FD_OFFSET = 0;
    private static final long EVENTS_OFFSET = 4;
    private static final long REVENTS_OFFSET = 6;
    private static final int POLLIN = 0x0001;
    private static final int POLLOUT = 0x0004;

    private MemorySegment fds = MemorySegment.NULL;

    /** The registration of each entry, then, after a wait, of each that is ready. */
    private int[] numbers = {};

    private int[] readiness = {};

    PollPoller() throws IOException {
        watchWakeUps();
    }

    /**
     * poll(2) of one descriptor, without a poller.
     *
     * @param timeoutMillis -1 for no limit
     * @return 1 when it can be written to, or has failed; 0 when time ran out; {@code -errno}
     */
    static int awaitWritable(int fd, int timeoutMillis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(POLLFD_BYTES, Long.BYTES);
            one.set(JAVA_INT, FD_OFFSET, fd);
            one.set(JAVA_SHORT, EVENTS_OFFSET, (short) POLLOUT);
            return ReadinessSyscalls.poll(one, 1, timeoutMillis);
        }
    }

    @Override
    void add(Registration registration) {}

    @Override
    void change(Registration registration) {}

    @Override
    int await(int timeoutMillis) throws IOException {
        int count = list();
        int result = ReadinessSyscalls.poll(fds, count, timeoutMillis);
        if (Errno.EINTR.is(result)) {
            return 0;
        }
        Sockets.check("poll", result, "a poller");
        return keepThoseThatAreReady(count);
    }

    private int list() {
        int most = registrations().size();
        if (numbers.length < most) {
            int room = 2 * most;
            fds = Arena.ofAuto().allocate(POLLFD_BYTES * room, Long.BYTES);
            numbers = new int[room];
            readiness = new int[room];
        }
        int count = 0;
        for (Registration registration : registrations()) {
            if (registration != null) {
                int wanted =
                        ((registration.interest() & READ) != 0 ? POLLIN : 0)
                                | ((registration.interest() & WRITE) != 0 ? POLLOUT : 0);
                fds.set(JAVA_INT, count * POLLFD_BYTES + FD_OFFSET, registration.fd());
                fds.set(JAVA_SHORT, count * POLLFD_BYTES + EVENTS_OFFSET, (short) wanted);
                fds.set(JAVA_SHORT, count * POLLFD_BYTES + REVENTS_OFFSET, (short) 0);
                numbers[count++] = registration.number();
            }
        }
        return count;
    }

    private int keepThoseThatAreReady(int count) {
        int ready = 0;
        for (int i = 0; i < count; i++) {
            int occurred = fds.get(JAVA_SHORT, i * POLLFD_BYTES + REVENTS_OFFSET);
            if (occurred != 0) {
                numbers[ready] = numbers[i];
                readiness[ready++] =
                        ((occurred & ~POLLOUT) != 0 ? READ : 0)
                                | ((occurred & ~POLLIN) != 0 ? WRITE : 0);
            }
        }
        return ready;
    }

    @Override
    int readyNumber(int i) {
        return numbers[i];
    }

    @Override
    int readiness(int i) {
        return readiness[i];
    }
}
