package dev.unixsocket.services.ipc;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.ConnectionService;
import dev.unixsocket.services.wire.Farewell;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.FrameWriter;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One connection of an {@link IpcServer}: reads a message, lets its handler answer, and so on.
 * Answers wait for each other while more requests are here already, and leave together.
 *
 * <p>{@link #run} belongs to one thread, {@link #stop} may come from any.
 */
final class IpcConnection implements ConnectionService.Session {

    private static final Logger LOG = System.getLogger("dev.unixsocket.ipc");

    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final StreamSocket socket;
    private final Map<String, IpcHandler> handlers;
    private final IpcLimits limits;
    private final IpcSession session;
    private final FrameReader reader;
    private final FrameWriter writer;

    private volatile boolean stopping;
    private volatile boolean requestInHand;

    IpcConnection(
            StreamSocket socket,
            Optional<PeerCredentials> peer,
            Map<String, IpcHandler> handlers,
            IpcLimits limits)
            throws IOException {
        this.socket = socket;
        this.handlers = handlers;
        this.limits = limits;
        this.session = new IpcSession(peer);
        this.reader = new FrameReader(socket, limits.maxFrameBytes(), limits.readTimeout());
        this.writer = new FrameWriter(socket, limits.writeTimeout());
    }

    @Override
    public void run() throws IOException {
        try {
            serve();
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

    private void serve() throws IOException {
        while (!stopping && reader.next(limits.readTimeout()) == FrameReader.Outcome.FRAME) {
            requestInHand = true;
            Map<String, Object> fields = reader.message();
            IpcMessage request;
            try {
                request = IpcMessage.of(fields);
            } catch (FrameException e) {
                refuse(fields.get("id") instanceof String id ? id : "", e);
                return;
            }
            writer.add(frame(request, answer(request)));
            if (!reader.hasNext() || writer.isFull()) {
                writer.flush();
                requestInHand = false;
            }
        }
        writer.flush();
    }

    private IpcAnswer answer(IpcMessage request) {
        IpcHandler handler = handlers.get(request.type());
        if (handler == null) {
            return IpcAnswer.error(
                    IpcAnswer.BAD_REQUEST,
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
    private static IpcAnswer failed(IpcMessage request, Throwable e) {
        LOG.log(Level.ERROR, "the handler of " + shorten(request.type()) + " failed", e);
        return IpcAnswer.error(
                IpcAnswer.FAILED,
                "internal error",
                "the handler of " + shorten(request.type()) + " failed");
    }

    private byte[] frame(IpcMessage request, IpcAnswer answer) {
        byte[] frame;
        try {
            frame = request.answer(answer).frame();
        } catch (IllegalArgumentException e) {
            return request.answer(failed(request, e)).frame();
        }
        if (frame.length - Integer.BYTES > limits.maxFrameBytes()) {
            return request.answer(
                            IpcAnswer.error(
                                    IpcAnswer.BAD_REQUEST,
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
        IpcAnswer answer = IpcAnswer.error(IpcAnswer.BAD_REQUEST, "bad message", e.getMessage());
        writer.add(new IpcMessage(id, answer.type(), Instant.now(), answer.data()).frame());
        writer.flush();
        Farewell.say(socket, FAREWELL);
    }

    private static String shorten(String type) {
        return type.length() <= 64 ? type : type.substring(0, 64) + "…";
    }

    @Override
    public void stop() {
        stopping = true;
        if (!requestInHand) {
            socket.shutdown();
        }
    }
}
