package dev.unixsocket.services.ipc;

import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.FrameWriter;
import dev.unixsocket.services.wire.LingeringClose;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeSet;

/**
 * One connection of an {@link IpcServer}: reads a message, lets its handler answer, and so on.
 * Answers wait for each other while more requests are here already, and leave together.
 *
 * <p>Confined to the connection's thread.
 */
final class IpcConnection {

    private static final Logger LOG = System.getLogger("dev.unixsocket.ipc");

    private final Connection connection;
    private final Map<String, IpcHandler> handlers;
    private final IpcLimits limits;
    private final IpcSession session;
    private final FrameReader reader;
    private final FrameWriter writer;

    IpcConnection(Connection connection, Map<String, IpcHandler> handlers, IpcLimits limits) {
        this.connection = connection;
        this.handlers = handlers;
        this.limits = limits;
        this.session = new IpcSession(connection);
        this.reader =
                new FrameReader(connection.stream(), limits.maxFrameBytes(), limits.readTimeout());
        this.writer = new FrameWriter(connection.stream(), limits.writeTimeout());
    }

    void serve() throws IOException {
        try {
            answerAll();
        } catch (FrameException e) {
            refuse("", e);
        } catch (SyscallException e) {
            if (!e.timedOut()) {
                throw e;
            }
            LOG.log(Level.INFO, () -> "gave up on a connection: " + e.call() + " took too long");
        } finally {
            session.close();
        }
    }

    private void answerAll() throws IOException {
        while (!connection.isStopping()
                && reader.next(limits.readTimeout()) == FrameReader.Outcome.FRAME) {
            connection.begin();
            long begun = connection.meter().now();
            connection.meter().received(reader.frameBytes());
            Map<String, Object> fields = reader.leadingMessage();
            if (fields.get("type") == null) {
                answered(untyped(fields), IpcResponse.BAD_REQUEST, begun);
            } else {
                IpcMessage request;
                try {
                    request = IpcMessage.of(fields);
                } catch (FrameException e) {
                    refuse(fields.get("id") instanceof String id ? id : "", e);
                    return;
                }
                IpcResponse response = answer(request);
                answered(frame(request, response), response.code(), begun);
            }
            if (!reader.hasNext() || writer.isFull()) {
                writer.flush();
                connection.end();
            }
        }
        writer.flush();
    }

    private void answered(byte[] frame, int code, long begun) {
        writer.add(frame);
        Meter meter = connection.meter();
        meter.sent(frame.length);
        if (code == IpcResponse.OK) {
            meter.served(meter.now() - begun);
        } else {
            meter.failed(code);
        }
    }

    /** As in the original, that is no reason to end the connection. */
    private static byte[] untyped(Map<String, Object> fields) throws FrameException {
        IpcResponse response =
                IpcResponse.error(
                        IpcResponse.BAD_REQUEST, "bad message", "the field \"type\" is missing");
        return IpcMessage.answer(IpcMessage.id(fields), response).frame();
    }

    private IpcResponse answer(IpcMessage request) {
        IpcHandler handler = handlers.get(request.type());
        if (handler == null) {
            return IpcResponse.error(
                    IpcResponse.BAD_REQUEST,
                    "unknown message type",
                    "\"%s\" is not one of %s"
                            .formatted(
                                    shorten(request.type()),
                                    String.join(", ", new TreeSet<>(handlers.keySet()))));
        }
        try {
            return handler.handle(request, session);
        } catch (Exception | OutOfMemoryError | StackOverflowError e) {
            return failed(request, e);
        }
    }

    /** Why is the log's to say, not the peer's to know. */
    private static IpcResponse failed(IpcMessage request, Throwable e) {
        LOG.log(Level.ERROR, "the handler of " + shorten(request.type()) + " failed", e);
        return IpcResponse.error(
                IpcResponse.FAILED,
                "internal error",
                "the handler of " + shorten(request.type()) + " failed");
    }

    private byte[] frame(IpcMessage request, IpcResponse answer) {
        byte[] frame;
        try {
            frame = request.answer(answer).frame();
        } catch (IllegalArgumentException e) {
            return request.answer(failed(request, e)).frame();
        }
        if (frame.length - Integer.BYTES > limits.maxFrameBytes()) {
            return request.answer(
                            IpcResponse.error(
                                    IpcResponse.BAD_REQUEST,
                                    "the answer is too long",
                                    "it has %d bytes, a frame has at most %d"
                                            .formatted(
                                                    frame.length - Integer.BYTES,
                                                    limits.maxFrameBytes())))
                    .frame();
        }
        return frame;
    }

    private void refuse(String id, FrameException e) throws IOException {
        LOG.log(Level.DEBUG, () -> "refused a message: " + e.getMessage());
        IpcResponse response =
                IpcResponse.error(IpcResponse.BAD_REQUEST, "bad message", e.getMessage());
        answered(IpcMessage.answer(id, response).frame(), response.code(), 0);
        writer.flush();
        LingeringClose.begin(connection.stream(), LingeringClose.LIMIT);
    }

    private static String shorten(String type) {
        return type.length() <= 64 ? type : type.substring(0, 64) + "…";
    }
}
