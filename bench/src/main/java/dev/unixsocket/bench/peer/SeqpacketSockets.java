package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.ffi.Syscalls;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * AF_UNIX, {@code SOCK_SEQPACKET}, by this project's {@link Syscalls}: its sockets are streams. So
 * there is no descriptor object around the calls, which a stream has. A message must fit into the
 * send buffer, 208 KiB unless the system is set otherwise. Linux.
 */
final class SeqpacketSockets implements SocketLibrary {

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCKADDR_UN_BYTES = 110;
    private static final int SUN_PATH = 2;

    @Override
    public Buffer allocate(int bytes) {
        return Buffer.ofArena(bytes);
    }

    /** A call that takes a {@code sockaddr}. */
    private interface AddressCall {
        int make(int fd, MemorySegment sockaddr, int length);
    }

    private static int open(Endpoint endpoint, String name, AddressCall call) throws IOException {
        int fd = check("socket", Syscalls.socket(AF_UNIX, SOCK_SEQPACKET, 0), endpoint);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sockaddr = arena.allocate(SOCKADDR_UN_BYTES, Long.BYTES);
            sockaddr.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            byte[] path = endpoint.value().getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(path, 0, sockaddr, ValueLayout.JAVA_BYTE, SUN_PATH, path.length);
            check(name, call.make(fd, sockaddr, SOCKADDR_UN_BYTES), endpoint);
            return fd;
        } catch (IOException e) {
            Syscalls.close(fd);
            throw e;
        }
    }

    private static int check(String call, int result, Object subject) throws IOException {
        if (result < 0) {
            throw new SyscallException(call, result, subject);
        }
        return result;
    }

    @Override
    public Listener listen(Endpoint endpoint, int backlog) throws IOException {
        int fd = open(endpoint, "bind", Syscalls::bind);
        check("listen", Syscalls.listen(fd, backlog), endpoint);
        return new Listener() {
            @Override
            public Connection accept(Buffer buffer) throws IOException {
                return new Packets(check("accept", Syscalls.accept(fd), endpoint), buffer);
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
        return new Packets(open(endpoint, "connect", Syscalls::connect), buffer);
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
            return check("read", (int) got, fd) > 0;
        }

        @Override
        public void write(int length) throws IOException {
            check("write", (int) Syscalls.write(fd, whole(), length), fd);
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
