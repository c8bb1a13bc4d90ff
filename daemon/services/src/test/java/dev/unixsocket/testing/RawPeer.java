package dev.unixsocket.testing;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.wire.Fields;
import dev.unixsocket.services.wire.FrameDecoder;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.MessagePackCodec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** A peer that sends whatever bytes a test wants, over a real socket. */
public final class RawPeer implements AutoCloseable {

    private static final Duration PATIENCE = Program.PATIENCE;

    private final StreamSocket socket;
    private final FrameReader reader;

    /** Connects. */
    public RawPeer(Address address) {
        try {
            socket = StreamSocket.connect(address, PATIENCE);
            reader = new FrameReader(socket, FrameDecoder.DEFAULT_MAX_FRAME_BYTES, PATIENCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends bytes in hexadecimal; blanks between are for the eye. */
    public RawPeer sendHex(String hex) throws IOException {
        return send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Sends bytes. */
    public RawPeer send(byte... bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            for (long sent = 0; sent < bytes.length; ) {
                sent += socket.write(segment, sent, bytes.length - sent);
            }
        }
        return this;
    }

    /** Sends a frame with a map in it. */
    public RawPeer send(Map<String, ?> message) throws IOException {
        return send(MessagePackCodec.encodeFrame(message));
    }

    /** Ends the stream to the service. */
    public RawPeer end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** The next message; empty at the end of the stream. */
    public Optional<Map<String, Object>> receive() throws IOException {
        return switch (reader.next(PATIENCE)) {
            case FRAME -> Optional.of(reader.message());
            case END -> Optional.empty();
            case NOTHING -> throw new AssertionError("nothing came");
        };
    }

    /** The next message, and the field of its data. */
    public Object receiveData(String field) throws IOException {
        Map<String, Object> message = receive().orElseThrow();
        return Fields.optionalMap(message, "data").orElseThrow().get(field);
    }

    @Override
    public void close() {
        socket.close();
    }
}
