package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.Poller;
import dev.unixsocket.ffi.Registration;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.AcceptFailure;
import dev.unixsocket.services.server.AccessPolicy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Accepts what comes to a listener, in a readiness loop. Confined to the loop's thread. */
final class FfmAcceptor {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final StreamListener listener;
    private final AccessPolicy policy;
    private final Registration watch;
    private final Newcomer newcomer;
    private final AcceptFailure failure = new AcceptFailure();
    private final CredentialsBuffer peer = new CredentialsBuffer();
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

    FfmAcceptor(Poller poller, GuardedListener guarded, Newcomer newcomer) throws IOException {
        this.listener = guarded.listener().nonBlocking();
        this.policy = guarded.policy();
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
            // Before a byte of the peer's own words is read.
            socket.peerCredentials(peer);
            if (policy.admits(peer, socket)) {
                newcomer.accept(socket, peer.snapshot());
            } else {
                LOG.log(Level.DEBUG, () -> "refused a connection of " + peer);
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
