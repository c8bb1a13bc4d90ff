package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.Poller;
import dev.unixsocket.ffi.Registration;
import dev.unixsocket.ffi.StreamSocket;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A sender's connection in the readiness loop. Confined to the engine's thread. */
final class FfmConnection {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private enum State {
        /** Requests come and are answered. */
        OPEN,
        /** The last answer is on its way; what comes is not looked at. */
        LAST_ANSWER,
        /** The last answer is out, and its end with it; what comes is thrown away. */
        LINGERING,
        CLOSED
    }

    private final FfmEngine engine;
    private final StreamSocket socket;
    private final Optional<PeerCredentials> peer;
    private final Registration watch;
    private final OutputQueue queue;
    private final RequestParser parser;

    private State state = State.OPEN;
    private boolean answeredBefore;

    /** When the state that it is in now has lasted long enough, by {@link System#nanoTime}. */
    private long deadline;

    /** Takes over a socket that was accepted. */
    FfmConnection(StreamSocket socket, PeerCredentials peer, FfmEngine engine) throws IOException {
        this.engine = engine;
        this.socket = socket;
        this.peer = Optional.of(peer);
        parser = new RequestParser(engine.bodyMemory());
        try {
            queue = new OutputQueue(socket, engine.buffer());
            watch = engine.poller().register(socket, Poller.READ, this::ready);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        allow(engine.requestLimit());
    }

    private void ready(int readiness) {
        try {
            if ((readiness & Poller.WRITE) != 0) {
                queue.flush();
            }
            // One who does not take its answers is not asked for more requests.
            if ((readiness & Poller.READ) != 0 && queue.isEmpty()) {
                read();
            }
            settle();
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a connection failed", e);
            close();
        }
    }

    private void read() throws IOException {
        long count = engine.buffer().readFrom(socket);
        if (count == 0) {
            inputEnded();
        } else if (count > 0 && state == State.OPEN) {
            parse(engine.buffer().read(count));
        }
    }

    /** The peer sends no more; it may have closed, or wait for the answers that are queued. */
    private void inputEnded() throws IOException {
        if (state == State.OPEN && parser.hasBegun()) {
            refuse(Limits.cutShort());
        }
        if (queue.isEmpty()) {
            close();
        } else {
            state = State.LAST_ANSWER;
        }
    }

    private void parse(ByteBuffer bytes) throws IOException {
        boolean begun = parser.hasBegun();
        try {
            RequestParser.Progress progress = parser.advance(bytes);
            while (progress != RequestParser.Progress.NEEDS_MORE && state == State.OPEN) {
                if (progress == RequestParser.Progress.COMPLETE) {
                    answer(parser.take());
                    begun = false;
                } else {
                    engine.routes().admitBody(parser.head());
                    queue.write(HttpText.CONTINUE);
                }
                // What follows the last answer is not looked at.
                if (state == State.OPEN) {
                    progress = parser.advance(bytes);
                }
            }
        } catch (RefusedException e) {
            refuse(e);
        }
        if (!begun && parser.hasBegun()) {
            allow(engine.requestLimit());
        }
    }

    private void answer(Request request) throws IOException, RefusedException {
        Answer answer = engine.routes().answer(request, peer);
        Head.Persistence persistence =
                engine.isStopping() ? Head.Persistence.CLOSES : request.head().persistence();
        Optional<String> header = request.head().connectionHeader(persistence);
        queue.write(
                request.isHead()
                        ? HttpText.withoutBody(answer, header)
                        : HttpText.of(answer, header));
        answeredBefore = true;
        if (persistence == Head.Persistence.CLOSES) {
            state = State.LAST_ANSWER;
        }
        allow(engine.requestLimit());
    }

    private void refuse(RefusedException refused) throws IOException {
        parser.discard();
        queue.write(HttpText.of(engine.routes().refuse(refused, peer), Optional.of("close")));
        state = State.LAST_ANSWER;
        allow(engine.requestLimit());
    }

    /** After anything that happened: ends the stream if it was the last, and waits for the next. */
    private void settle() throws IOException {
        if (state == State.LAST_ANSWER && queue.isEmpty()) {
            // Not closed yet: closing while the peer still sends can cost it the answer.
            socket.shutdownOutput();
            state = State.LINGERING;
            allow(Limits.LINGER);
        }
        if (state != State.CLOSED) {
            watch.interest(queue.isEmpty() ? Poller.READ : Poller.WRITE);
        }
    }

    private void allow(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /** Ends what took too long. */
    void checkTime(long now) {
        if (now - deadline < 0 || state == State.CLOSED) {
            return;
        }
        boolean waitsForRequest = state == State.OPEN && queue.isEmpty();
        if (!waitsForRequest || (answeredBefore && !parser.hasBegun())) {
            close();
            return;
        }
        try {
            refuse(Limits.tooSlow(engine.requestLimit()));
            settle();
        } catch (IOException e) {
            failed(e);
        }
    }

    /** The engine stops: what has come is served, what has begun may come to its end. */
    void finish() {
        ready(Poller.READ);
        if (state == State.OPEN && !parser.hasBegun()) {
            if (queue.isEmpty()) {
                close();
            } else {
                state = State.LAST_ANSWER;
            }
        }
    }

    private void failed(IOException e) {
        LOG.log(Level.DEBUG, () -> "connection of " + peer + ": " + e.getMessage());
        close();
    }

    /** A second call does nothing. */
    void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            parser.discard();
            watch.cancel();
            socket.close();
            engine.forget(this);
        }
    }
}
