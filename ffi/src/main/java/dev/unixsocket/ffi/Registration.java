package dev.unixsocket.ffi;

import java.io.IOException;

/** A socket that a {@link Poller} watches. Confined to the poller's thread. */
public final class Registration {

    private final Poller poller;
    private final int fd;
    private final int number;
    private final Poller.Handler handler;
    private int interest;

    Registration(Poller poller, int fd, int number, int interest, Poller.Handler handler) {
        this.poller = poller;
        this.fd = fd;
        this.number = number;
        this.interest = interest;
        this.handler = handler;
    }

    /**
     * Changes what the socket is watched for; a call only where it differs from before.
     *
     * @param wanted {@link Poller#READ}, {@link Poller#WRITE}, both or 0, which still reports a
     *     peer that closed or failed
     */
    public void interest(int wanted) throws IOException {
        if (wanted != interest) {
            interest = wanted;
            poller.change(this);
        }
    }

    /**
     * Ends it. To be called once, just before the socket is closed: it is close(2) that lets epoll
     * forget a socket, which saves a call of its own.
     */
    public void cancel() {
        poller.forget(this);
    }

    int fd() {
        return fd;
    }

    int number() {
        return number;
    }

    int interest() {
        return interest;
    }

    Poller.Handler handler() {
        return handler;
    }
}
