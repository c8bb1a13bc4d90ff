package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.ffi.Waiting;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * This project's library: AF_UNIX by path or abstract name, and TCP.
 *
 * @param waiting how calls wait
 */
record FfmSockets(Waiting waiting) implements SocketLibrary {

    @Override
    public Buffer allocate(int bytes) {
        return Buffer.ofArena(bytes);
    }

    @Override
    public Listener listen(Endpoint endpoint, int backlog) throws IOException {
        StreamListener listener =
                StreamListener.bind(endpoint.address()).waiting(waiting).listen(backlog);
        return new Listener() {
            @Override
            public Connection accept(Buffer buffer) throws IOException {
                return new FfmConnection(listener.accept(), buffer);
            }

            @Override
            public Endpoint endpoint() {
                return listener.address() instanceof Address.Loopback loopback
                        ? Endpoint.tcp(loopback.port())
                        : endpoint;
            }

            @Override
            public void close() {
                listener.close();
            }
        };
    }

    @Override
    public Connection connect(Endpoint endpoint, Buffer buffer) throws IOException {
        return new FfmConnection(
                StreamSocket.connect(endpoint.address(), Duration.ZERO, waiting), buffer);
    }

    private static final class FfmConnection implements Connection {

        private final StreamSocket socket;
        private final MemorySegment segment;

        FfmConnection(StreamSocket socket, Buffer buffer) {
            this.socket = socket;
            this.segment = buffer.segment();
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
        }

        @Override
        public void authenticate() throws IOException {
            CredentialsBuffer peer = new CredentialsBuffer();
            socket.peerCredentials(peer);
            if (peer.uid() != Syscalls.getuid()) {
                throw new IOException("another user: " + peer);
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
