package dev.unixsocket.services.observatory;

import dev.unixsocket.services.connections.Loop;
import dev.unixsocket.services.connections.LoopConnection;
import dev.unixsocket.services.connections.OutboundQueue;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A sender's connection in the readiness loop. Confined to the loop's thread. */
final class HttpConnection implements Loop.Handler {

    private final LoopConnection connection;
    private final FfmEngine engine;
    private final OutboundQueue queue = OutboundQueue.unlimited();
    private final RequestParser parser;
    private boolean answeredBefore;

    HttpConnection(LoopConnection connection, FfmEngine engine) {
        this.connection = connection;
        this.engine = engine;
        this.parser = new RequestParser(engine.routes().memory());
        connection.allow(engine.settings().requestLimit());
    }

    @Override
    public OutboundQueue queue() {
        return queue;
    }

    @Override
    public void received(ByteBuffer bytes) {
        boolean begun = parser.hasBegun();
        try {
            RequestParser.Progress progress = parser.advance(bytes);
            while (progress != RequestParser.Progress.NEEDS_MORE) {
                if (progress == RequestParser.Progress.COMPLETE) {
                    answer(parser.take());
                    begun = false;
                } else {
                    engine.routes().admitBody(parser.head(), connection.peer());
                    connection.send(Response.CONTINUE);
                }
                if (!connection.isOpen()) {
                    return; // what follows the last answer is not looked at
                }
                progress = parser.advance(bytes);
            }
        } catch (RefusedException e) {
            refuse(e);
        }
        if (!begun && parser.hasBegun()) {
            connection.allow(engine.settings().requestLimit());
        }
    }

    private void answer(Request request) throws RefusedException {
        Response response = engine.routes().answer(request, connection.peer());
        Head head = request.head();
        Head.Persistence persistence =
                engine.isStopping() ? Head.Persistence.CLOSES : head.persistence();
        connection.send(response.encode(head.line().isHead(), head.connectionHeader(persistence)));
        answeredBefore = true;
        connection.allow(engine.settings().idleLimit(head));
        if (persistence == Head.Persistence.CLOSES) {
            connection.end();
        }
    }

    private void refuse(RefusedException refused) {
        parser.discard();
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
        if (answeredBefore && !parser.hasBegun()) {
            connection.close();
        } else {
            refuse(Limits.tooSlow(engine.settings().requestLimit()));
        }
    }

    /** What has begun may come to its end. */
    @Override
    public void finish() {
        if (!parser.hasBegun()) {
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
    }
}
