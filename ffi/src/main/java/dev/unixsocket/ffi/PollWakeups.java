package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * poll(2), where there is no epoll(7): each wait tells the poller's thread, which watches a socket
 * until it is ready once.
 */
final class PollWakeups extends Wakeups {

    private static final short BOTH = PollPoller.POLLIN | PollPoller.POLLOUT;

    private final WakePipe pipe = new WakePipe();

    /** What each descriptor is watched for. Guarded by this. */
    private final Map<Integer, Watch> watches = new HashMap<>();

    private MemorySegment fds = MemorySegment.NULL;
    private long room;

    private static final class Watch {
        final SocketState socket;
        final int fd;
        short events;

        Watch(SocketState socket, int fd) {
            this.socket = socket;
            this.fd = fd;
        }
    }

    PollWakeups() throws SyscallException {}

    @Override
    int add(SocketState socket, int fd, boolean forOutput) {
        return change(socket, fd, forOutput);
    }

    @Override
    int change(SocketState socket, int fd, boolean forOutput) {
        synchronized (this) {
            Watch watch = watches.computeIfAbsent(fd, number -> new Watch(socket, number));
            watch.events |= forOutput ? BOTH : PollPoller.POLLIN;
        }
        pipe.wake();
        return 0;
    }

    @Override
    void remove(int fd) {
        synchronized (this) {
            watches.remove(fd);
        }
        pipe.wake();
    }

    /** One wait: a socket that was ready is watched again when somebody next parks on it. */
    @Override
    void dispatch() throws IOException {
        List<Watch> listed = list();
        int ready = Syscalls.poll(fds, listed.size() + 1, -1);
        if (Errno.EINTR.is(ready)) {
            return;
        }
        Sockets.check("poll", ready, "a poller");
        if (occurred(listed.size()) != 0) {
            pipe.drain();
        }
        for (int i = 0; i < listed.size(); i++) {
            int occurred = occurred(i);
            if (occurred != 0) {
                boolean forInput = (occurred & ~PollPoller.POLLOUT) != 0;
                boolean forOutput = (occurred & ~PollPoller.POLLIN) != 0;
                disarm(listed.get(i), forInput, forOutput);
                listed.get(i).socket.ready(forInput, forOutput, listed.get(i).fd);
            }
        }
    }

    private synchronized void disarm(Watch watch, boolean input, boolean output) {
        int done = (input ? PollPoller.POLLIN : 0) | (output ? PollPoller.POLLOUT : 0);
        watch.events &= (short) ~done;
    }

    private synchronized List<Watch> list() {
        List<Watch> listed = new ArrayList<>();
        for (Watch watch : watches.values()) {
            if (watch.events != 0) {
                listed.add(watch);
            }
        }
        if (room <= listed.size()) {
            room = 2L * (listed.size() + 1);
            fds = Arena.ofAuto().allocate(PollPoller.POLLFD_BYTES * room, Long.BYTES);
        }
        for (int i = 0; i < listed.size(); i++) {
            put(i, listed.get(i).fd, listed.get(i).events);
        }
        put(listed.size(), pipe.readEnd(), PollPoller.POLLIN);
        return listed;
    }

    private void put(int i, int fd, short events) {
        fds.set(JAVA_INT, i * PollPoller.POLLFD_BYTES + PollPoller.FD_OFFSET, fd);
        fds.set(JAVA_SHORT, i * PollPoller.POLLFD_BYTES + PollPoller.EVENTS_OFFSET, events);
        fds.set(JAVA_SHORT, i * PollPoller.POLLFD_BYTES + PollPoller.REVENTS_OFFSET, (short) 0);
    }

    private int occurred(int i) {
        return fds.get(JAVA_SHORT, i * PollPoller.POLLFD_BYTES + PollPoller.REVENTS_OFFSET);
    }
}
