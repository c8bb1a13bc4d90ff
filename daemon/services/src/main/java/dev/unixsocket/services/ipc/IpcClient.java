package dev.unixsocket.services.ipc;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SharedMemorySocket;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.FrameWriter;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * Asks a LiteBase service over one connection.
 *
 * <p>Thread-safe; requests of several threads wait for each other.
 */
public final class IpcClient implements Closeable {

    /** What each of the two rings of a connection takes, in bytes. */
    public static final long RING_BYTES = 1 << 20;

    private final ByteStream stream;
    private final Duration timeout;
    private final FrameReader reader;
    private final FrameWriter writer;

    private IpcClient(ByteStream stream, Duration timeout) {
        this.stream = stream;
        this.timeout = timeout;
        this.reader = new FrameReader(stream, IpcLimits.DEFAULT.maxFrameBytes(), timeout);
        this.writer = new FrameWriter(stream, timeout);
    }

    /**
     * Connects.
     *
     * @param address where the service listens
     * @param timeout for connecting, and for each exchange of a request and its answer; more than 0
     */
    public static IpcClient connect(Address address, Duration timeout) throws IOException {
        return new IpcClient(StreamSocket.connect(address, timeout), timeout);
    }

    /**
     * As {@link #connect}, and offers the service to share memory with the first request. A service
     * that does not want it, or knows nothing of it, is asked over the socket. Linux.
     *
     * @throws UnsupportedOperationException on macOS, and over TCP
     */
    public static IpcClient connectSharing(Address address, Duration timeout) throws IOException {
        StreamSocket socket = StreamSocket.connect(address, timeout);
        try {
            return new IpcClient(SharedMemorySocket.offer(socket, RING_BYTES), timeout);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Whether the service was found to share memory: known after the first answer. */
    public boolean isShared() {
        return stream instanceof SharedMemorySocket memory && memory.isShared();
    }

    /**
     * Connects, sends one message and waits for the answer to it.
     *
     * @param whole for all of that; more than 0
     * @return as {@link #request}
     * @throws IOException as {@link #request}
     */
    public static IpcMessage exchange(
            Address address, String type, Map<String, Object> data, Duration whole)
            throws IOException {
        Deadline end = Deadline.after(whole);
        try (IpcClient client = connect(address, whole)) {
            return client.request(type, data, end);
        }
    }

    /** As {@link #exchange}, over {@link #connectSharing}. */
    public static IpcMessage exchangeSharing(
            Address address, String type, Map<String, Object> data, Duration whole)
            throws IOException {
        Deadline end = Deadline.after(whole);
        try (IpcClient client = connectSharing(address, whole)) {
            return client.request(type, data, end);
        }
    }

    /**
     * Sends a message and waits for the answer to it.
     *
     * @return the answer, which may be an {@link IpcMessage#isError error}
     * @throws FrameException if the answer is not one
     * @throws SyscallException {@link SyscallException#timedOut} when none came in time; the
     *     connection is then of no use any more
     */
    public synchronized IpcMessage request(String type, Map<String, Object> data)
            throws IOException {
        return request(type, data, Deadline.after(timeout));
    }

    private IpcMessage request(String type, Map<String, Object> data, Deadline end)
            throws IOException {
        IpcMessage request = IpcMessage.request(type, data);
        send(request);
        while (true) {
            IpcMessage answer = receive(end);
            if (answer.id().equals(request.id()) || answer.isError() && answer.id().isEmpty()) {
                return answer;
            }
        }
    }

    private void send(IpcMessage request) throws IOException {
        writer.add(request.frame());
        try {
            writer.flush();
        } catch (SyscallException e) {
            if (e.errno() != Errno.EPIPE && e.errno() != Errno.ECONNRESET) {
                throw e;
            }
            // The service may have said why before it closed: read on.
        }
    }

    private IpcMessage receive(Deadline end) throws IOException {
        Duration left = Duration.ofNanos(Math.max(1, end.leftNanos()));
        if (reader.nextWithin(left) == FrameReader.Outcome.END) {
            throw new IOException("the service closed the connection");
        }
        return IpcMessage.of(reader.leadingMessage());
    }

    /** Closes the connection; a request that waits fails. */
    @Override
    public void close() {
        stream.close();
    }
}
