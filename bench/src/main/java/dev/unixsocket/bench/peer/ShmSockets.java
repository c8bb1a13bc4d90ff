package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.SharedMemoryLimit;
import dev.unixsocket.ffi.SharedMemorySocket;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.ffi.Waiting;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * This project's shared memory behind a socket: the client offers rings with its first message, the
 * server accepts them. A connection that goes on over the socket is a failure here.
 *
 * @param waiting how calls wait
 */
record ShmSockets(Waiting waiting) implements SocketLibrary {

    /** Of each ring, in bytes: little enough to stay in a core's cache. The C side has the same. */
    private static final long CAPACITY = 1 << 18;

    /** Far more than one client after another needs. */
    private static final SharedMemoryLimit LIMIT = new SharedMemoryLimit(1 << 26);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public Buffer allocate(int bytes) {
        return Buffer.ofArena(bytes);
    }

    @Override
    public Listener listen(Endpoint endpoint, int backlog) throws IOException {
        StreamListener listener = StreamListener.bind(endpoint.address()).listen(backlog);
        return new Listener() {
            @Override
            public Connection accept(Buffer buffer) throws IOException {
                SharedMemorySocket socket = SharedMemorySocket.accept(listener.accept(), LIMIT);
                return new ShmConnection(socket.waiting(waiting), buffer, false);
            }

            @Override
            public Endpoint endpoint() {
                return endpoint;
            }

            @Override
            public void close() {
                listener.close();
            }
        };
    }

    @Override
    public Connection connect(Endpoint endpoint, Buffer buffer) throws IOException {
        StreamSocket socket =
                StreamSocket.connect(endpoint.address(), Duration.ZERO, Waiting.block());
        return new ShmConnection(
                SharedMemorySocket.offer(socket, CAPACITY).waiting(waiting), buffer, true);
    }

    private static final class ShmConnection implements Connection {

        private final SharedMemorySocket socket;
        private final MemorySegment segment;
        private boolean offers;

        ShmConnection(SharedMemorySocket socket, Buffer buffer, boolean offers) {
            this.socket = socket;
            this.segment = buffer.segment();
            this.offers = offers;
        }

        @Override
        public boolean read(int offset, int length) throws IOException {
            for (long done = 0; done < length; ) {
                long got = socket.read(segment, offset + done, length - done);
                if (got == 0) {
                    return false;
                }
                done += got;
            }
            return true;
        }

        @Override
        public void write(int length) throws IOException {
            for (long done = 0; done < length; ) {
                done += socket.write(segment, done, length - done);
            }
            if (offers) {
                offers = false;
                if (!socket.awaitAnswer(PATIENCE)) {
                    throw new IOException("the server did not accept the shared memory");
                }
            }
        }

        @Override
        public void authenticate() throws IOException {
            if (socket.peerCredentials().uid() != Syscalls.getuid()) {
                throw new IOException("another user: " + socket.peerCredentials());
            }
        }

        @Override
        public void timeouts(Duration receive, Duration send) throws IOException {
            socket.receiveTimeout(receive);
            socket.sendTimeout(send);
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
