package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.Poller;
import dev.unixsocket.ffi.Registration;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.AcceptFailure;
import dev.unixsocket.services.server.Admission;
import dev.unixsocket.services.server.Connection;
import dev.unixsocket.services.server.Listener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Accepts what comes to a listener, in a readiness loop. Confined to the loop's thread. */
final class FfmAcceptor {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final StreamListener listener;
    private final Admission admission;
    private final Registration watch;
    private final Newcomer newcomer;
    private final AcceptFailure failure = new AcceptFailure();
    private StreamSocket spare = StreamSocket.closed();
    private boolean paused;
    private boolean closed;

    /** What becomes of a connection. */
    @FunctionalInterface
    interface Newcomer {

        /**
         * Takes over a socket, and closes it if it throws.
         *
         * @param peer who is at its other end, by the kernel's word
         */
        void accept(StreamSocket socket, PeerCredentials peer) throws IOException;
    }

    FfmAcceptor(Poller poller, Listener open, Newcomer newcomer) throws IOException {
        this.listener = open.socket().nonBlocking();
        this.admission = open.admission();
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
            Connection connection = new Connection(socket);
            if (admission.admits(connection)) {
                newcomer.accept(socket, connection.peer().orElseThrow());
            } else {
                socket.close();
            }
        } catch (IOException e) {
            socket.close();
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
