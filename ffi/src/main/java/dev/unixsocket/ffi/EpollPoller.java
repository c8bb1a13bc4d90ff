package dev.unixsocket.ffi;

import dev.unixsocket.ffi.linux.Libc;

import java.io.IOException;

/** epoll(7): the kernel keeps the list of sockets, and a wait returns only those that are ready. */
final class EpollPoller extends Poller {

    private final Epoll epoll;
    private final EpollEvents events;

    EpollPoller() throws IOException {
        try {
            epoll = new Epoll();
            events = new EpollEvents(epoll);
            epoll.closeWith(this);
            watchWakeUps();
        } catch (IOException e) {
            super.close();
            throw e;
        }
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
        long data = (long) registration.generation() << Integer.SIZE | registration.number();
        int result = epoll.control(operation, registration.fd(), wanted, data);
        Sockets.check("epoll_ctl", result, "descriptor " + registration.fd());
    }

    @Override
    void remove(Registration registration) {
        epoll.control(Libc.EPOLL_CTL_DEL(), registration.fd(), 0, 0);
    }

    @Override
    int await(int timeoutMillis) throws IOException {
        return events.await(timeoutMillis);
    }

    @Override
    int readyNumber(int i) {
        return (int) events.data(i);
    }

    @Override
    int readyGeneration(int i) {
        return (int) (events.data(i) >>> Integer.SIZE);
    }

    @Override
    int readiness(int i) {
        int occurred = events.occurred(i);
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
        epoll.close();
    }
}
