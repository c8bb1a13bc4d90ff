package dev.unixsocket.ffi;

import dev.unixsocket.ffi.linux.Libc;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** epoll(7), edge-triggered: a socket is registered once, and a wait makes no call. */
final class EpollWakeups extends Wakeups {

    private static final int FIRST_SIZE = 256;

    private final Epoll epoll = new Epoll();

    /** The sockets by their descriptors. Replaced by a longer one under the lock of this. */
    private volatile AtomicReferenceArray<SocketState> sockets =
            new AtomicReferenceArray<>(FIRST_SIZE);

    EpollWakeups() throws SyscallException {}

    @Override
    synchronized int add(SocketState socket, int fd, boolean forOutput) {
        AtomicReferenceArray<SocketState> array = sockets;
        if (fd >= array.length()) {
            array = longer(array, fd);
        }
        array.set(fd, socket);
        int result = epoll.control(Libc.EPOLL_CTL_ADD(), fd, events(forOutput), fd);
        if (result < 0) {
            array.set(fd, null);
        }
        return result;
    }

    private AtomicReferenceArray<SocketState> longer(
            AtomicReferenceArray<SocketState> array, int fd) {
        AtomicReferenceArray<SocketState> copy =
                new AtomicReferenceArray<>(Math.max(2 * array.length(), fd + 1));
        for (int i = 0; i < array.length(); i++) {
            copy.set(i, array.get(i));
        }
        sockets = copy;
        return copy;
    }

    @Override
    int change(SocketState socket, int fd, boolean forOutput) {
        return epoll.control(Libc.EPOLL_CTL_MOD(), fd, events(forOutput), fd);
    }

    private static int events(boolean forOutput) {
        int input = Libc.EPOLLIN() | Libc.EPOLLRDHUP() | Libc.EPOLLET();
        return forOutput ? input | Libc.EPOLLOUT() : input;
    }

    @Override
    synchronized void remove(int fd) {
        epoll.control(Libc.EPOLL_CTL_DEL(), fd, 0, fd);
        sockets.set(fd, null);
    }

    @Override
    void dispatch() throws IOException {
        int ready = epoll.await(-1);
        AtomicReferenceArray<SocketState> array = sockets;
        for (int i = 0; i < ready; i++) {
            int fd = (int) epoll.data(i);
            int occurred = epoll.events(i);
            SocketState socket = fd < array.length() ? array.get(fd) : null;
            if (socket != null) {
                boolean forInput = (occurred & ~Libc.EPOLLOUT()) != 0;
                boolean forOutput = (occurred & ~(Libc.EPOLLIN() | Libc.EPOLLRDHUP())) != 0;
                socket.ready(forInput, forOutput, fd);
            }
        }
    }
}
