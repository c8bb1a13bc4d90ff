package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** poll(2): each wait hands the kernel the whole list, and looks through all of it afterwards. */
final class PollPoller extends Poller {

    // struct pollfd and its constants, the same on Linux and on macOS.
    static final long POLLFD_BYTES = 8;
    static final long FD_OFFSET = 0;
    static final long EVENTS_OFFSET = 4;
    static final long REVENTS_OFFSET = 6;
    static final short POLLIN = 0x0001;
    static final short POLLOUT = 0x0004;

    private MemorySegment fds = MemorySegment.NULL;

    /** The registration of each entry, then, after a wait, of each that is ready. */
    private Registration[] entries = {};

    private int[] readiness = {};

    PollPoller() throws IOException {
        watchWakeUps();
    }

    @Override
    void add(Registration registration) {}

    @Override
    void change(Registration registration) {}

    /** Lets a wait that is under way begin again, without it. */
    @Override
    void remove(Registration registration) {
        wakeUp();
    }

    @Override
    int await(int timeoutMillis) throws IOException {
        int count = list();
        int result = Syscalls.poll(fds, count, timeoutMillis);
        if (Errno.EINTR.is(result)) {
            return 0;
        }
        Sockets.check("poll", result, "a poller");
        return keepThoseThatAreReady(count);
    }

    private int list() {
        int most = registrations().size();
        if (entries.length < most) {
            int room = 2 * most;
            fds = Arena.ofAuto().allocate(POLLFD_BYTES * room, Long.BYTES);
            entries = Arrays.copyOf(entries, room);
            readiness = new int[room];
        }
        int count = 0;
        for (Registration registration : registrations()) {
            if (registration != null && registration.isWatched()) {
                int wanted =
                        ((registration.interest() & READ) != 0 ? POLLIN : 0)
                                | ((registration.interest() & WRITE) != 0 ? POLLOUT : 0);
                fds.set(JAVA_INT, count * POLLFD_BYTES + FD_OFFSET, registration.fd());
                fds.set(JAVA_SHORT, count * POLLFD_BYTES + EVENTS_OFFSET, (short) wanted);
                fds.set(JAVA_SHORT, count * POLLFD_BYTES + REVENTS_OFFSET, (short) 0);
                entries[count++] = registration;
            }
        }
        return count;
    }

    private int keepThoseThatAreReady(int count) {
        int ready = 0;
        for (int i = 0; i < count; i++) {
            int occurred = fds.get(JAVA_SHORT, i * POLLFD_BYTES + REVENTS_OFFSET);
            if (occurred != 0) {
                entries[ready] = entries[i];
                readiness[ready++] =
                        ((occurred & ~POLLOUT) != 0 ? READ : 0)
                                | ((occurred & ~POLLIN) != 0 ? WRITE : 0);
            }
        }
        return ready;
    }

    @Override
    int readyNumber(int i) {
        return entries[i].number();
    }

    @Override
    int readyGeneration(int i) {
        return entries[i].generation();
    }

    @Override
    int readiness(int i) {
        return readiness[i];
    }
}
