package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Syscalls;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * AF_UNIX, {@code SOCK_SEQPACKET}, by this project's {@link Syscalls}: its sockets are streams. So
 * there is no descriptor object around the calls, which a stream has. A message must fit into the
 * send buffer, 208 KiB unless the system is set otherwise. Linux.
 */
final class SeqpacketSockets implements SocketLibrary {

    private static final int SOCK_SEQPACKET = 5;

    @Override
    public Buffer allocate(int bytes) {
        return Buffer.ofArena(bytes);
    }

    @Override
    public Listener listen(Endpoint endpoint, int backlog) throws IOException {
        int fd = RawSocket.open(endpoint, SOCK_SEQPACKET, "bind", Syscalls::bind);
        RawSocket.check("listen", Syscalls.listen(fd, backlog), endpoint);
        return new Listener() {
            @Override
            public Connection accept(Buffer buffer) throws IOException {
                return new Packets(
                        RawSocket.check("accept", Syscalls.accept(fd), endpoint), buffer);
            }

            @Override
            public Endpoint endpoint() {
                return endpoint;
            }

            @Override
            public void close() {
                Syscalls.close(fd);
            }
        };
    }

    @Override
    public Connection connect(Endpoint endpoint, Buffer buffer) throws IOException {
        return new Packets(
                RawSocket.open(endpoint, SOCK_SEQPACKET, "connect", Syscalls::connect), buffer);
    }

    /** One message per call. */
    private record Packets(int fd, Buffer buffer) implements Connection {

        @Override
        public boolean read(int offset, int length) throws IOException {
            MemorySegment target = offset == 0 ? whole() : whole().asSlice(offset, length);
            long got = Syscalls.read(fd, target, length);
            if (got > 0 && got != length) {
                throw new IOException("a message of " + got + " bytes instead of " + length);
            }
            return RawSocket.check("read", (int) got, fd) > 0;
        }

        @Override
        public void write(int length) throws IOException {
            RawSocket.check("write", (int) Syscalls.write(fd, whole(), length), fd);
        }

        private MemorySegment whole() {
            return buffer.segment();
        }

        @Override
        public void authenticate() {
            throw new UnsupportedOperationException("authenticate");
        }

        @Override
        public void timeouts(Duration receive, Duration send) {
            throw new UnsupportedOperationException("timeouts");
        }

        @Override
        public void close() {
            Syscalls.close(fd);
        }
    }
}
