package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.SharedMemoryLimit;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.connections.Protocol;
import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.FullTransfer;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/**
 * Serves one request: reads it, lets the backend compute, writes the response. A request that is
 * served makes the calls of the C original, {@code setsockopt} for each timeout, {@code read},
 * {@code read}, {@code write}, and allocates nothing.
 *
 * <p>Each worker has one, which keeps the buffers that it needs.
 */
final class WeaveProtocol implements Protocol {

    private static final Logger LOG = System.getLogger("dev.unixsocket.weave");

    private static final String TOO_LONG = " took too long";

    private final Responder responder;
    private final Duration readTimeout;
    private final Duration writeTimeout;
    private final Optional<SharedMemoryLimit> sharedMemory;

    WeaveProtocol(
            GenerateBackend backend,
            Duration readTimeout,
            Duration writeTimeout,
            Optional<SharedMemoryLimit> sharedMemory) {
        this.responder = new Responder(backend, writeTimeout);
        this.readTimeout = readTimeout;
        this.writeTimeout = writeTimeout;
        this.sharedMemory = sharedMemory;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        if (sharedMemory.isPresent()) {
            connection.acceptSharedMemory(sharedMemory.get());
        }
        ByteStream stream = connection.stream();
        stream.receiveTimeout(readTimeout);
        stream.sendTimeout(writeTimeout);
        Deadline deadline = connection.deadline();
        deadline.begin(readTimeout);
        try {
            MemorySegment header = responder.request();
            if (FullTransfer.read(stream, header, 0, Weve.HEADER_BYTES) == Weve.HEADER_BYTES) {
                connection.begin();
                serveRequest(connection);
            }
        } catch (SyscallException e) {
            if (deadline.end() || e.timedOut()) {
                LOG.log(Level.INFO, () -> "gave up on " + connection + ": " + e.call() + TOO_LONG);
            } else {
                throw e;
            }
        } finally {
            connection.end();
            if (deadline.end()) { // a read that is shut down looks like the end of the stream
                LOG.log(Level.INFO, () -> "gave up on " + connection + ": read" + TOO_LONG);
            }
        }
    }

    private void serveRequest(Connection connection) throws IOException {
        long begun = connection.meter().now();
        long payload;
        try {
            payload = responder.prepare();
        } catch (RequestRefusedException e) {
            responder.errors().sendBeforeTheRequestIsRead(connection, e);
            return;
        }
        MemorySegment message = responder.request();
        if (FullTransfer.read(connection.stream(), message, Weve.HEADER_BYTES, payload) < payload
                || connection.deadline().end()) {
            return; // cut short: there is nobody to answer
        }
        connection.meter().received(Weve.HEADER_BYTES + payload);
        responder.respond(connection, payload, begun);
    }
}
