package dev.unixsocket.services.observatory;

import dev.unixsocket.services.connections.Loop;
import dev.unixsocket.services.connections.LoopConnection;
import dev.unixsocket.services.connections.OutboundQueue;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A sender's connection in the readiness loop: one request in hand, which is answered before the
 * next is looked at. Confined to the loop's thread.
 */
final class HttpConnection implements Loop.Handler {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final LoopConnection connection;
    private final FfmEngine engine;
    private final Memory memory;
    private final OutboundQueue queue = OutboundQueue.unlimited();
    private final RequestParser parser;
    private final boolean welcome;
    private boolean answeredBefore;

    /** A request is complete, and not answered yet. */
    private boolean inHand;

    private boolean parsing;

    /** What came after the request in hand. */
    private ByteBuffer held = NOTHING;

    /** There was no memory for what came after it. */
    private Optional<RefusedException> heldRefusal = Optional.empty();

    HttpConnection(LoopConnection connection, FfmEngine engine) {
        this.connection = connection;
        this.engine = engine;
        this.memory = engine.routes().memory();
        this.parser = new RequestParser(memory);
        this.welcome = memory.take(Memory.CONNECTION_BYTES);
        connection.allow(engine.settings().requestLimit());
    }

    @Override
    public OutboundQueue queue() {
        return queue;
    }

    @Override
    public void opened() {
        if (!welcome) {
            refuse(Limits.tooManyConnections());
            connection.closeWhenFlushed();
        }
    }

    @Override
    public boolean isBusy() {
        return inHand || held.hasRemaining();
    }

    @Override
    public void received(ByteBuffer bytes) {
        parse(bytes);
        if (bytes.hasRemaining() && connection.isOpen()) {
            hold(bytes);
        }
    }

    /** Stops at a request that is not answered at once, and at an answer that is not taken. */
    private void parse(ByteBuffer bytes) {
        boolean begun = parser.hasBegun();
        parsing = true;
        try {
            while (!inHand && connection.isOpen() && connection.isFlushed()) {
                RequestParser.Progress progress = parser.advance(bytes);
                if (progress == RequestParser.Progress.NEEDS_MORE) {
                    break;
                }
                if (progress == RequestParser.Progress.COMPLETE) {
                    take(parser.take());
                    begun = false;
                } else {
                    engine.routes().admitBody(parser.head(), connection.peer());
                    connection.send(Response.CONTINUE);
                }
            }
        } catch (RefusedException e) {
            refuse(e);
        } finally {
            parsing = false;
        }
        if (!begun && parser.hasBegun()) {
            connection.allow(engine.settings().requestLimit());
        }
    }

    private void hold(ByteBuffer bytes) {
        int count = bytes.remaining();
        try {
            memory.reserve(count);
            byte[] rest = new byte[count];
            bytes.get(rest);
            held = ByteBuffer.wrap(rest);
        } catch (RefusedException e) {
            heldRefusal = Optional.of(e);
        }
    }

    private void goOn() {
        parse(held);
        if (!held.hasRemaining() || !connection.isOpen()) {
            forgetHeld();
        }
        if (!isBusy() && connection.isOpen()) {
            heldRefusal.ifPresent(this::refuse);
        }
    }

    private void forgetHeld() {
        memory.release(held.capacity());
        held = NOTHING;
    }

    @Override
    public void flushed() {
        if (!inHand) {
            goOn();
        }
    }

    private void take(Request request) {
        inHand = true;
        engine.routes()
                .answer(
                        request,
                        connection.peer(),
                        response -> connection.proceed(() -> answer(request.head(), response)));
    }

    private void answer(Head head, Response response) {
        inHand = false;
        Head.Persistence persistence =
                engine.isStopping() ? Head.Persistence.CLOSES : head.persistence();
        connection.send(response.encode(head.line().isHead(), head.connectionHeader(persistence)));
        answeredBefore = true;
        connection.allow(engine.settings().idleLimit(head));
        if (persistence == Head.Persistence.CLOSES) {
            connection.end();
            forgetHeld();
        } else if (!parsing) {
            goOn();
        }
    }

    private void refuse(RefusedException refused) {
        parser.discard();
        forgetHeld();
        Response response = engine.routes().refuse(refused, connection.peer());
        connection.send(response.encode(false, Optional.of("close")));
        connection.allow(engine.settings().requestLimit());
        connection.end();
    }

    @Override
    public void inputEnded() {
        if (parser.hasBegun()) {
            refuse(Limits.cutShort());
        }
        connection.end();
    }

    @Override
    public void deadlinePassed() {
        if (inHand) {
            connection.allow(engine.settings().requestLimit());
        } else if (answeredBefore && !parser.hasBegun()) {
            connection.close();
        } else {
            refuse(Limits.tooSlow(engine.settings().requestLimit()));
        }
    }

    /** What has begun may come to its end. */
    @Override
    public void finish() {
        if (!parser.hasBegun() && !inHand) {
            if (connection.isFlushed()) {
                connection.close();
            } else {
                connection.end();
            }
        }
    }

    @Override
    public void closed() {
        parser.discard();
        forgetHeld();
        if (welcome) {
            memory.release(Memory.CONNECTION_BYTES);
        }
    }
}
