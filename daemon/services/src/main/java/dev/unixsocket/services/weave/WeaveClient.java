package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.SharedMemorySocket;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.ffi.Waiting;
import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.DurationText;
import dev.unixsocket.services.wire.FullTransfer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a {@code weave-compute} daemon for pictures, each over a connection of its own.
 *
 * <p>Immutable, thread-safe.
 */
public final class WeaveClient {

    /** How long to wait while the daemon's backlog is full. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** How long to wait for a whole answer. */
    public static final Duration READ_TIMEOUT = Duration.ofSeconds(65);

    /** Longest payload that is accepted from a daemon, in bytes. */
    public static final int MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

    private static final long LEAST_RING_BYTES = 64 * 1024;

    private final Address address;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final Optional<Duration> whole;
    private final Waiting waiting;
    private final boolean sharesMemory;

    /** Takes a picture where it lies. */
    @FunctionalInterface
    public interface Viewer {
        /**
         * Takes it.
         *
         * @param image valid until this returns
         */
        void view(GeneratedImage image) throws IOException;
    }

    /** A client with the timeouts of the original. */
    public WeaveClient(Address address) {
        this(address, CONNECT_TIMEOUT, READ_TIMEOUT);
    }

    /**
     * A client.
     *
     * @param address where the daemon listens
     * @param connectTimeout how long to wait while the daemon's backlog is full, and for it to take
     *     the request; more than 0
     * @param readTimeout how long to wait for a whole answer; more than 0
     */
    public WeaveClient(Address address, Duration connectTimeout, Duration readTimeout) {
        this(address, connectTimeout, readTimeout, Optional.empty(), Waiting.block(), false);
    }

    private WeaveClient(
            Address address,
            Duration connectTimeout,
            Duration readTimeout,
            Optional<Duration> whole,
            Waiting waiting,
            boolean sharesMemory) {
        if (!connectTimeout.isPositive() || !readTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "a timeout must be more than 0: %s, %s"
                            .formatted(
                                    DurationText.of(connectTimeout), DurationText.of(readTimeout)));
        }
        this.address = address;
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
        this.whole = whole;
        this.waiting = waiting;
        this.sharesMemory = sharesMemory;
    }

    /**
     * A client, with a limit for all of an exchange.
     *
     * @param whole from connecting to the end of the answer; more than 0
     */
    public WeaveClient within(Duration whole) {
        Duration connect = whole.compareTo(connectTimeout) < 0 ? whole : connectTimeout;
        return new WeaveClient(address, connect, whole, Optional.of(whole), waiting, sharesMemory);
    }

    /** The same client, whose calls wait in that way. */
    public WeaveClient waiting(Waiting how) {
        return new WeaveClient(address, connectTimeout, readTimeout, whole, how, sharesMemory);
    }

    /**
     * The same client, which offers the daemon to hand the picture over in shared memory. A daemon
     * that does not want that, or knows nothing of it, answers over the socket. Linux.
     *
     * @throws UnsupportedOperationException on macOS
     */
    public WeaveClient sharingMemory() {
        if (!SharedMemorySocket.isSupported()) {
            throw new UnsupportedOperationException("memory can be shared on Linux only");
        }
        return new WeaveClient(address, connectTimeout, readTimeout, whole, waiting, true);
    }

    /**
     * Sends a request as it is, even one that {@link GenerateRequest#check} refuses, and waits for
     * the picture.
     *
     * @throws WeaveException if no picture came, by type
     * @throws IOException if a system call fails in a way that no type is for
     */
    public GeneratedImage generate(GenerateRequest request) throws IOException {
        Deadline end = Deadline.after(whole.orElse(Duration.ZERO)); // zero is none
        try (StreamSocket socket = connect();
                ByteStream stream = share(socket, request)) {
            GeneratedImage image = ask(stream, request, end).read();
            return image.shared() ? image.copy() : image;
        }
    }

    /**
     * As {@link #generate(GenerateRequest)}, without a copy of a picture in shared memory.
     *
     * @param viewer is called once if a picture came
     */
    public void generate(GenerateRequest request, Viewer viewer) throws IOException {
        Deadline end = Deadline.after(whole.orElse(Duration.ZERO)); // zero is none
        try (StreamSocket socket = connect();
                ByteStream stream = share(socket, request)) {
            viewer.view(ask(stream, request, end).read());
        }
    }

    /** With rings that the picture fits into, unless it could not be sent over a socket either. */
    private ByteStream share(StreamSocket socket, GenerateRequest request) {
        if (!sharesMemory) {
            return socket;
        }
        long pixels = (long) request.width() * request.height() * RequestBounds.CHANNELS;
        long response = Weve.HEADER_BYTES + Weve.RESPONSE_FIXED_BYTES + pixels;
        long bytes = Math.clamp(response, LEAST_RING_BYTES, MAX_PAYLOAD_BYTES);
        return SharedMemorySocket.offer(socket, Long.highestOneBit(bytes - 1) << 1);
    }

    private ResponseReader ask(ByteStream stream, GenerateRequest request, Deadline end)
            throws IOException {
        long left = Math.clamp(end.leftNanos(), 1, readTimeout.toNanos());
        send(stream, request);
        return new ResponseReader(stream, Duration.ofNanos(left));
    }

    /**
     * Asks the daemon for as little as there is: a header of version 0, which it refuses at once
     * without computing anything, as the C original does.
     *
     * @throws WeaveException if it did not answer so, by type
     * @throws IOException if a system call fails in a way that no type is for
     */
    public void ping() throws IOException {
        Deadline end = Deadline.after(whole.orElse(readTimeout));
        try (StreamSocket socket = connect();
                Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(Weve.HEADER_BYTES);
            Weve.u32(header, 0, Weve.MAGIC);
            Weve.u16(header, 6, Weve.GENERATE_REQUEST);
            send(socket, header);
            new ResponseReader(socket, Duration.ofNanos(Math.max(1, end.leftNanos()))).read();
            throw new WeaveException.BadAnswer("version 0 was not refused");
        } catch (WeaveException.Refused e) {
            if (e.errorCode() != ErrorCode.UNSUPPORTED_VERSION.number()) {
                throw e;
            }
        }
    }

    /**
     * Sends a request over a connection that there is already, and waits for the picture: for the
     * program that owns the socket which a daemon connects to. The connection stays open.
     *
     * @param connection to a daemon, with no other request under way
     * @param readTimeout how long to wait for a whole answer; more than 0
     * @throws WeaveException if no picture came, by type
     * @throws IOException if a system call fails in a way that no type is for
     */
    public static GeneratedImage exchange(
            StreamSocket connection, GenerateRequest request, Duration readTimeout)
            throws IOException {
        send(connection, request);
        return new ResponseReader(connection, readTimeout).read();
    }

    private StreamSocket connect() throws IOException {
        try {
            return StreamSocket.connect(address, connectTimeout, waiting);
        } catch (SyscallException e) {
            if (e.timedOut()) {
                throw new WeaveException.ConnectionTimeout(e);
            }
            throw switch (e.errno()) {
                case ENOENT -> new WeaveException.NotRunning(address, e);
                case ECONNREFUSED -> new WeaveException.NotAccepting(address, e);
                default -> e;
            };
        }
    }

    private static void send(ByteStream stream, GenerateRequest request) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(request.encodedBytes());
            request.encode(message);
            send(stream, message);
        }
    }

    private static void send(ByteStream stream, MemorySegment message) throws IOException {
        try {
            FullTransfer.write(stream, message, message.byteSize());
        } catch (SyscallException e) {
            if (e.timedOut()) {
                throw new WeaveException.ConnectionTimeout(e);
            }
            if (!ResponseReader.goneAway(e)) {
                throw e;
            }
            // The daemon may have said why before it went away: read on.
        }
    }
}
