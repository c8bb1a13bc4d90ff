package dev.unixsocket.daemon.observatory;

import dev.unixsocket.daemon.server.AcceptFailure;
import dev.unixsocket.ffi.Poller;
import dev.unixsocket.ffi.Registration;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Accepts what comes to a listener, in a readiness loop. Confined to the loop's thread. */
final class FfmAcceptor {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final StreamListener listener;
    private final Registration watch;
    private final Newcomer newcomer;
    private final AcceptFailure failure = new AcceptFailure();
    private StreamSocket spare = StreamSocket.closed();
    private boolean paused;
    private boolean closed;

    /** What becomes of a connection. */
    @FunctionalInterface
    interface Newcomer {

        /** Takes over a socket, and closes it if it throws. */
        void accept(StreamSocket socket) throws IOException;
    }

    FfmAcceptor(Poller poller, StreamListener listener, Newcomer newcomer) throws IOException {
        this.listener = listener.nonBlocking();
        this.newcomer = newcomer;
        watch = poller.register(listener, _ -> acceptAll());
    }

    private void acceptAll() {
        try {
            while (listener.acceptNow(spare)) {
                StreamSocket socket = spare;
                spare = StreamSocket.closed();
                welcome(socket);
            }
        } catch (SyscallException e) {
            afterFailure(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nobody else closes the listener
        }
    }

    private void welcome(StreamSocket socket) {
        try {
            newcomer.accept(socket);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a connection failed: " + e.getMessage());
        }
    }

    /**
     * In a shortage the kernel would go on saying that a connection is there: not to spin, look
     * away a while. The engine ends by what is thrown.
     */
    private void afterFailure(SyscallException e) {
        switch (failure.judge(e)) {
            case NOW -> {} // the poller tells of the next one
            case LATER -> {
                paused = true;
                watch(0);
            }
            case NEVER -> throw new UncheckedIOException(e);
        }
    }

    boolean isPaused() {
        return paused;
    }

    /** Looks again. */
    void resume() {
        if (paused) {
            paused = false;
            watch(Poller.READ);
        }
    }

    private void watch(int interest) {
        try {
            watch.interest(interest);
        } catch (IOException e) {
            LOG.log(Level.ERROR, e.getMessage());
        }
    }

    /**
     * Takes those who have connected already, and closes the listener. A second call does nothing.
     */
    void finish() {
        if (!closed) {
            acceptAll();
            close();
        }
    }

    /** Closes the listener. A second call does nothing. */
    void close() {
        if (!closed) {
            closed = true;
            paused = false;
            watch.cancel();
            listener.close();
        }
    }
}
