package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.Poller;
import dev.unixsocket.ffi.Registration;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.Listener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A listener of a {@link Loop}, and the connections that came to it. Confined to the loop. */
final class LoopAcceptor {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private final Loop loop;
    private StreamListener listener;
    private final Admission admission;
    private final Function<LoopConnection, Loop.Handler> protocol;
    private Registration watch;
    private final AcceptFailure failure;
    private final Set<LoopConnection> connections = new LinkedHashSet<>();
    private StreamSocket spare = StreamSocket.closed();
    private boolean paused;

    LoopAcceptor(Loop loop, Listener listener, Function<LoopConnection, Loop.Handler> protocol)
            throws IOException {
        this.loop = loop;
        this.listener = listener.socket().nonBlocking();
        this.admission = new Admission(listener);
        this.failure = new AcceptFailure(listener.meter());
        this.protocol = protocol;
        watch = loop.poller().register(this.listener, _ -> acceptAll());
        listener.onNewSocket(_ -> loop.execute(() -> moveToSocketOf(listener)));
    }

    private void moveToSocketOf(Listener owner) {
        moveTo(owner.socket());
        owner.closeFormer();
    }

    /** Nobody finds the old one any more: those who have connected already are its last. */
    private void moveTo(StreamListener other) {
        if (!listener.isOpen() || other == listener) {
            return; // the loop ends, or this has been done
        }
        acceptAll();
        watch.cancel();
        listener.close();
        try {
            listener = other.nonBlocking();
            watch = loop.poller().register(listener, _ -> acceptAll());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nobody could connect any more
        }
    }

    private void acceptAll() {
        try {
            StreamSocket next = StreamSocket.closed();
            while (listener.acceptNow(spare)) {
                StreamSocket socket = spare;
                spare = next;
                welcome(socket);
                next = StreamSocket.closed();
            }
        } catch (SyscallException e) {
            afterFailure(e);
        } catch (OutOfMemoryError e) {
            loop.report("a connection could not be accepted", e);
            pause();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nobody else closes the listener
        }
    }

    private void welcome(StreamSocket socket) {
        Connection connection;
        try {
            connection = new Connection(socket);
        } catch (OutOfMemoryError e) {
            socket.close();
            loop.report("a connection could not be served", e);
            return;
        }
        welcome(connection);
    }

    private void welcome(Connection connection) {
        try {
            if (admission.admits(connection)) {
                LoopConnection mine = new LoopConnection(loop, this, connection, protocol);
                connections.add(mine);
                mine.opened();
                return;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a connection failed: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            connection.close();
            loop.report("a connection could not be served", e);
        }
        connection.close();
    }

    /**
     * In a shortage the kernel would go on saying that a connection is there: not to spin, look
     * away a while. The loop ends by what is thrown.
     */
    private void afterFailure(SyscallException e) {
        switch (failure.judge(e)) {
            case NOW -> {} // the poller tells of the next one
            case LATER -> pause();
            case NEVER -> throw new UncheckedIOException(e);
        }
    }

    private void pause() {
        paused = true;
        watch(0);
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

    /** Those that are open; a copy. */
    List<LoopConnection> connections() {
        return List.copyOf(connections);
    }

    boolean hasConnections() {
        return !connections.isEmpty();
    }

    void forget(LoopConnection connection) {
        connections.remove(connection);
    }

    /** Takes those who have connected already, and no more. */
    void finish() {
        if (listener.isOpen()) {
            acceptAll();
            paused = false;
            watch.cancel();
            listener.close();
        }
    }

    /** Ends everything now. A second call does nothing. */
    void close() {
        watch.cancel();
        listener.close();
        connections().forEach(LoopConnection::close);
    }
}
