package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.SharedMemorySocket;
import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.wire.FullTransfer;
import dev.unixsocket.services.wire.GrowingBuffer;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Holds a request, lets the backend compute, and writes the response. Allocates nothing for a
 * request that is served.
 *
 * <p>Confined to one thread, which has one for all of its requests.
 */
final class Responder {

    private static final Logger LOG = System.getLogger("dev.unixsocket.weave");

    /** Room for a request with long prompts; more is made when more comes. */
    private static final int REQUEST_BYTES = 8 * 1024;

    private static final int RESPONSE_PREFIX_BYTES = Weve.HEADER_BYTES + Weve.RESPONSE_FIXED_BYTES;

    private final GenerateBackend backend;
    private final int maxPromptBytes;
    private final Duration writeTimeout;
    private final ErrorResponse errors;

    private final GrowingBuffer request = new GrowingBuffer(REQUEST_BYTES);
    private final GrowingBuffer response = new GrowingBuffer(RESPONSE_PREFIX_BYTES);
    private final RequestView view = new RequestView();
    private MemorySegment pixels = MemorySegment.NULL;
    private final SeedPicker seeds = new SeedPicker();

    /**
     * One that has no request.
     *
     * @param writeTimeout for a client to take a whole response; zero is no limit
     * @throws IllegalStateException if the backend takes prompts that the protocol does not have
     */
    Responder(GenerateBackend backend, Duration writeTimeout) {
        this.backend = backend;
        this.maxPromptBytes = RequestBounds.requirePromptLimit(backend.maxPromptBytes());
        this.writeTimeout = writeTimeout;
        this.errors = new ErrorResponse(writeTimeout);
    }

    /** Where the header of a request goes: the first {@link Weve#HEADER_BYTES}. */
    MemorySegment request() {
        return request.segment();
    }

    /** What answers with an error. */
    ErrorResponse errors() {
        return errors;
    }

    /**
     * Checks the header that was read, and makes room for the payload that it announces.
     *
     * @return the length of the payload, which is an unsigned number on the wire
     */
    long prepare() throws RequestRefusedException {
        long payload = checkHeader(request.segment());
        try {
            request.grow(Weve.HEADER_BYTES + payload);
            return payload;
        } catch (OutOfMemoryError e) {
            throw outOfMemory(e);
        }
    }

    /**
     * Answers the request that was read.
     *
     * @param payload its bytes after the header
     * @param begun when its header had come, by the {@link Meter}
     */
    void respond(Connection connection, long payload, long begun) throws IOException {
        long requestId = 0;
        try {
            requestId = RequestView.idIn(request.segment(), payload);
            view.wrap(request.segment(), payload);
            view.check(maxPromptBytes);
            long length = (long) RESPONSE_PREFIX_BYTES + pixelBytes();
            if (connection.stream() instanceof SharedMemorySocket memory
                    && memory.isShared()
                    && length <= memory.outputMemory().byteSize() / 2) {
                respondInPlace(memory, length);
            } else {
                generate(response.grow(length), length);
                connection.deadline().begin(writeTimeout);
                FullTransfer.write(connection.stream(), response.segment(), length);
            }
            Meter meter = connection.meter();
            meter.sent(length);
            meter.served(meter.now() - begun);
            if (LOG.isLoggable(Level.DEBUG)) { // the arguments would be allocated for nothing
                LOG.log(Level.DEBUG, "served " + connection);
            }
        } catch (RequestRefusedException e) {
            errors.send(connection, requestId, e);
        } catch (OutOfMemoryError e) {
            errors.send(connection, requestId, outOfMemory(e));
        }
    }

    /** Returns the payload length, which is an unsigned number on the wire. */
    private static long checkHeader(MemorySegment header) throws RequestRefusedException {
        int magic = Weve.u32(header, 0);
        if (magic != Weve.MAGIC) {
            throw new RequestRefusedException(
                    ErrorCode.INVALID_MAGIC, "magic 0x%08x is not WEVE".formatted(magic));
        }
        int version = Weve.u16(header, 4);
        if (version != Weve.VERSION) {
            throw new RequestRefusedException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "version " + version + " is not supported, " + Weve.VERSION + " is");
        }
        int type = Weve.u16(header, 6);
        if (type != Weve.GENERATE_REQUEST) {
            throw new RequestRefusedException(
                    ErrorCode.INTERNAL,
                    "message type 0x%04x is not a generate request".formatted(type));
        }
        long payload = Weve.payloadLength(header);
        if (payload > Weve.MAX_PAYLOAD_BYTES) {
            throw new RequestRefusedException(
                    ErrorCode.INTERNAL,
                    "a payload of %d bytes is too large, %d fit"
                            .formatted(payload, Weve.MAX_PAYLOAD_BYTES));
        }
        return payload;
    }

    private int pixelBytes() {
        return view.width() * view.height() * RequestBounds.CHANNELS;
    }

    /** The ring is empty: there is room at once. */
    private void respondInPlace(SharedMemorySocket memory, long length)
            throws IOException, RequestRefusedException {
        MemorySegment message = memory.outputMemory().asSlice(memory.claim(length), length);
        try {
            generate(message, length);
        } finally {
            pixels = MemorySegment.NULL; // unmapped when the connection is closed
        }
        memory.publish(length);
    }

    /** Fills in the response. */
    private void generate(MemorySegment message, long length) throws RequestRefusedException {
        int pixelBytes = (int) length - RESPONSE_PREFIX_BYTES;
        if (pixels.byteSize() != pixelBytes
                || pixels.address() != message.address() + RESPONSE_PREFIX_BYTES) {
            pixels = message.asSlice(RESPONSE_PREFIX_BYTES, pixelBytes);
        }
        long begun = System.nanoTime();
        compute(seeds.seedFor(view));
        int millis = (int) ((System.nanoTime() - begun) / 1_000_000);

        Weve.writeHeader(message, Weve.GENERATE_RESPONSE, Weve.RESPONSE_FIXED_BYTES + pixelBytes);
        int base = Weve.HEADER_BYTES;
        Weve.u64(message, base, view.requestId());
        Weve.u32(message, base + 8, Weve.STATUS_OK);
        Weve.u32(message, base + 12, millis);
        Weve.u32(message, base + 16, view.width());
        Weve.u32(message, base + 20, view.height());
        Weve.u32(message, base + 24, RequestBounds.CHANNELS);
        Weve.u32(message, base + 28, pixelBytes);
    }

    /** A backend may fail in any way; the daemon lives on. */
    private void compute(long seed) throws RequestRefusedException {
        try {
            backend.generate(view, seed, pixels);
        } catch (RequestRefusedException e) {
            if (e.code().status() >= 500) { // the client is not to blame: tell the operator
                LOG.log(Level.WARNING, "the backend failed", e);
            }
            throw e;
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "the backend failed", e);
            throw new RequestRefusedException(ErrorCode.INTERNAL, "the backend failed");
        }
    }

    private static RequestRefusedException outOfMemory(OutOfMemoryError e) {
        LOG.log(Level.ERROR, "out of memory", e);
        return new RequestRefusedException(ErrorCode.OUT_OF_MEMORY, "out of memory");
    }
}
