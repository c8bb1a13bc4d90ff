package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.Poller;
import dev.unixsocket.ffi.Registration;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.wire.LingeringClose;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * A connection in a {@link Loop}: what comes goes to its handler, what the handler sends goes out
 * when there is room. Confined to the loop's thread.
 */
public final class LoopConnection {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private enum State {
        /** What comes is received. */
        OPEN,
        /** The last message is on its way; what comes is not looked at. */
        ENDING,
        /** The last message is out, and the end of the stream; what comes is thrown away. */
        LINGERING,
        CLOSED
    }

    private final Loop loop;
    private final LoopAcceptor owner;
    private final Connection connection;
    private final StreamSocket socket;
    private final Optional<PeerCredentials> peer;
    private final Loop.Handler handler;
    private final OutboundQueue queue;
    private final Registration watch;
    private State state = State.OPEN;
    private boolean inputEnded;
    private boolean lingers = true;

    /** Something came while nothing is to be received; the kernel is not asked for more. */
    private boolean heldBack;

    /** The peer has closed, and there is nothing to watch. */
    private boolean gone;

    LoopConnection(
            Loop loop,
            LoopAcceptor owner,
            Connection connection,
            Function<LoopConnection, Loop.Handler> protocol)
            throws IOException {
        this.loop = loop;
        this.owner = owner;
        this.connection = connection;
        this.socket = connection.socket();
        this.peer = connection.peer();
        this.handler = protocol.apply(this);
        this.queue = handler.queue();
        try {
            this.watch = loop.poller().register(socket, Poller.READ, this::ready);
        } catch (IOException | RuntimeException | Error e) {
            loop.watchTime(this, false);
            handler.closed();
            throw e;
        }
    }

    /** It is one of the listener's. */
    void opened() {
        carefully(handler::opened);
    }

    /** Who is at the other end, by the kernel's word; empty over TCP. */
    public Optional<PeerCredentials> peer() {
        return peer;
    }

    /** What counts what happens on it. */
    public Meter meter() {
        return connection.meter();
    }

    /**
     * Allows so much time from now. Then the handler is told, or, where the peer does not take what
     * is sent to it, the connection is closed. Does nothing once it is closed.
     */
    public void allow(Duration time) {
        if (state == State.CLOSED) {
            return; // sending found that the peer has gone
        }
        connection.deadline().begin(time);
        loop.watchTime(this, true);
    }

    /** Sends a message now or when there is room; it must not be changed. */
    public OutboundQueue.Outcome send(byte[] message) {
        OutboundQueue.Outcome outcome = queue.offer(message);
        if (outcome == OutboundQueue.Outcome.QUEUED && queue.size() == 1) {
            carefully(() -> queue.flush(this::write));
        }
        return outcome;
    }

    private int write(byte[] message, int from) throws IOException {
        int taken = loop.buffer().writeTo(socket, message, from);
        connection.meter().sent(taken);
        return taken;
    }

    /** Whether what was sent is out. */
    public boolean isFlushed() {
        return queue.isEmpty();
    }

    /** Whether the handler is to be given what comes. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /**
     * Ends the connection when all is out, such that the peer can read it: closing while the peer
     * still sends can cost it the last message.
     */
    public void end() {
        if (state == State.OPEN) {
            state = State.ENDING;
        }
    }

    /** Closes the connection when all is out, without waiting for the peer. */
    public void closeWhenFlushed() {
        end();
        lingers = false;
    }

    private void ready(int readiness) {
        carefully(
                () -> {
                    if ((readiness & Poller.WRITE) != 0 && !queue.isEmpty()) {
                        queue.flush(this::write);
                        if (queue.isEmpty()) {
                            handler.flushed();
                        }
                    }
                    if ((readiness & Poller.READ) == 0) {
                        return;
                    }
                    if (receives()) {
                        receive();
                    } else if (!heldBack) {
                        heldBack = true;
                    } else { // nobody asked: both directions have ended
                        leave();
                    }
                });
    }

    /** What the handler is busy with may go on, although nobody waits for the answer. */
    private void leave() throws IOException {
        if (!handler.isBusy()) {
            throw new IOException("the peer has closed");
        }
        gone = true;
        watch.cancel();
    }

    /** One who does not take what is sent to it is not asked for more, unless nothing depends. */
    private boolean receives() {
        return (queue.isEmpty() || handler.receivesWhileSending()) && !handler.isBusy();
    }

    private void receive() throws IOException {
        if (inputEnded) {
            throw new IOException("both directions have ended");
        }
        long count = loop.buffer().readFrom(socket);
        connection.meter().received(Math.max(count, 0));
        if (count == 0) {
            inputEnded = true;
            if (state == State.OPEN) {
                handler.inputEnded();
            }
        } else if (count > 0 && state == State.OPEN) {
            handler.received(loop.buffer().read(count));
        }
    }

    /** What may fail. */
    @FunctionalInterface
    public interface Action {

        /** Does it. */
        void run() throws IOException;
    }

    /** The handler goes on with something that did not begin with the connection. */
    public void proceed(Action action) {
        if (state != State.CLOSED) {
            carefully(action);
        }
    }

    /** Does something, and what follows from it; a failure is this connection's alone. */
    private void carefully(Action action) {
        try {
            action.run();
            settle();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "connection of " + connection + ": " + e.getMessage());
            close();
        } catch (RuntimeException | Error e) {
            close(); // first: when memory is short, that may make room to say it
            loop.report("a connection failed", e);
        }
    }

    /** Ends the stream if the last message is out, and waits for what can happen next. */
    private void settle() throws IOException {
        if (state != State.OPEN && (inputEnded || !lingers) && queue.isEmpty()) {
            close();
        } else if (state == State.ENDING && queue.isEmpty()) {
            socket.shutdownOutput();
            state = State.LINGERING;
            allow(LingeringClose.LIMIT);
        }
        if (state != State.CLOSED && !gone) {
            heldBack &= !receives(); // until something comes, a change would be a call for nothing
            watch.interest(
                    (!inputEnded && !heldBack ? Poller.READ : 0)
                            | (queue.isEmpty() ? 0 : Poller.WRITE));
        }
    }

    /** Ends what took too long. */
    void checkDeadline() {
        if (!connection.deadline().hasPassed() || state == State.CLOSED) {
            return;
        }
        if (state == State.OPEN && queue.isEmpty()) {
            carefully(handler::deadlinePassed);
        } else {
            close();
        }
    }

    /** The loop stops: what has come is received. */
    void finish() {
        if (receives()) {
            ready(Poller.READ);
        }
        if (state == State.OPEN) {
            carefully(handler::finish);
        }
    }

    /** Closes it now. A second call does nothing. */
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            watch.cancel();
            connection.close();
            owner.forget(this);
            loop.watchTime(this, false);
            handler.closed();
        }
    }
}
