package dev.unixsocket.services.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.ffi.Waiting;
import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.DurationText;
import dev.unixsocket.services.wire.FullTransfer;
import dev.unixsocket.services.wire.TimedReader;

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

    private final Address address;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final Optional<Duration> whole;
    private final Waiting waiting;

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
        this(address, connectTimeout, readTimeout, Optional.empty(), Waiting.block());
    }

    private WeaveClient(
            Address address,
            Duration connectTimeout,
            Duration readTimeout,
            Optional<Duration> whole,
            Waiting waiting) {
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
    }

    /**
     * A client, with a limit for all of an exchange.
     *
     * @param whole from connecting to the end of the answer; more than 0
     */
    public WeaveClient within(Duration whole) {
        Duration connect = whole.compareTo(connectTimeout) < 0 ? whole : connectTimeout;
        return new WeaveClient(address, connect, whole, Optional.of(whole), waiting);
    }

    /** The same client, whose calls wait in that way. */
    public WeaveClient waiting(Waiting how) {
        return new WeaveClient(address, connectTimeout, readTimeout, whole, how);
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
        try (StreamSocket socket = connect()) {
            long left = Math.clamp(end.leftNanos(), 1, readTimeout.toNanos());
            return exchange(socket, request, Duration.ofNanos(left));
        }
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
            receive(socket, Duration.ofNanos(Math.max(1, end.leftNanos())));
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
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(request.encodedBytes());
            request.encode(message);
            send(connection, message);
            return receive(connection, readTimeout);
        }
    }

    private StreamSocket connect() throws IOException {
        try {
            return StreamSocket.connect(address, connectTimeout, waiting);
        } catch (SyscallException e) {
            if (e.timedOut()) {
                throw new WeaveException.ConnectionTimeout(e);
            }
            throw switch (e.errno()) {
                case ENOENT -> new WeaveException.NotRunning(e);
                case ECONNREFUSED -> new WeaveException.NotAccepting(e);
                default -> e;
            };
        }
    }

    private static void send(StreamSocket socket, MemorySegment message) throws IOException {
        try {
            FullTransfer.write(socket, message, message.byteSize());
        } catch (SyscallException e) {
            if (e.timedOut()) {
                throw new WeaveException.ConnectionTimeout(e);
            }
            if (!goneAway(e)) {
                throw e;
            }
            // The daemon may have said why before it went away: read on.
        }
    }

    private static GeneratedImage receive(StreamSocket socket, Duration readTimeout)
            throws IOException {
        TimedReader reader = new TimedReader(socket);
        reader.begin(readTimeout);
        Arena arena = Arena.ofAuto(); // the picture lives as long as somebody holds it
        MemorySegment header = read(reader, arena, Weve.HEADER_BYTES);
        if (Weve.u32(header, 0) != Weve.MAGIC || Weve.u16(header, 4) != Weve.VERSION) {
            throw new WeaveException.BadAnswer("not a WEVE message of version " + Weve.VERSION);
        }
        long length = Weve.payloadLength(header);
        if (length > MAX_PAYLOAD_BYTES) {
            throw new WeaveException.BadAnswer(
                    "a payload of %d bytes, %d are accepted".formatted(length, MAX_PAYLOAD_BYTES));
        }
        int type = Weve.u16(header, 6);
        MemorySegment payload = read(reader, arena, length);
        return switch (type) {
            case Weve.GENERATE_RESPONSE -> Responses.image(payload);
            case Weve.ERROR -> throw Responses.refusal(payload);
            default -> throw new WeaveException.BadAnswer("message type %#06x".formatted(type));
        };
    }

    private static MemorySegment read(TimedReader reader, Arena arena, long length)
            throws IOException {
        MemorySegment piece = arena.allocate(length);
        try {
            if (reader.readFully(piece, 0, length) < length) {
                throw new WeaveException.ConnectionClosed();
            }
            return piece;
        } catch (SyscallException e) {
            if (e.timedOut()) {
                throw new WeaveException.ReadTimeout(e);
            }
            throw goneAway(e) ? new WeaveException.ConnectionClosed() : e;
        }
    }

    private static boolean goneAway(SyscallException e) {
        return e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET;
    }
}
