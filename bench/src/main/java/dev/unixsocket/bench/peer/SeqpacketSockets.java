package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.MessageSocket;
import dev.unixsocket.ffi.SeqpacketListener;
import dev.unixsocket.ffi.SeqpacketSocket;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * AF_UNIX, {@code SOCK_SEQPACKET}, by this project's library. A message must fit into the send
 * buffer, 208 KiB unless the system is set otherwise. Linux.
 */
final class SeqpacketSockets implements SocketLibrary {

    @Override
    public Buffer allocate(int bytes) {
        return Buffer.ofArena(bytes);
    }

    @Override
    public Listener listen(Endpoint endpoint, int backlog) throws IOException {
        SeqpacketListener listener = SeqpacketListener.bind(endpoint.address()).listen(backlog);
        return new Listener() {
            @Override
            public Connection accept(Buffer buffer) throws IOException {
                return new Packets(listener.accept(), buffer.segment());
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
        return new Packets(
                SeqpacketSocket.connect(endpoint.address(), Duration.ZERO), buffer.segment());
    }

    /** One message per call. */
    private record Packets(SeqpacketSocket socket, MemorySegment buffer) implements Connection {

        @Override
        public boolean read(int offset, int length) throws IOException {
            long got = socket.receive(buffer, offset, length);
            if (got != MessageSocket.END && got != length) {
                throw new IOException("a message of " + got + " bytes instead of " + length);
            }
            return got != MessageSocket.END;
        }

        @Override
        public void write(int length) throws IOException {
            socket.send(buffer, 0, length);
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
            socket.close();
        }
    }
}
