package dev.unixsocket.services.events;

import static dev.unixsocket.services.events.TestChannel.PATIENCE;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.services.wire.MessagePackCodec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Servers of other programs: they hold no lock, and answer nothing. */
class ForeignServerTest {

    @TempDir Path directory;

    private ServerSocketChannel server;
    private EventSettings settings;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("test.sock")));
        settings =
                EventSettings.defaults()
                        .with("socket.socket_dir", directory.toString())
                        .with("socket.reconnect_delay", "0.02");
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void whatIsSentToOneIsTheMessageAndNothingElse() throws IOException {
        try (EventPublisher publisher =
                new EventClientBuilder("test", settings).publisher(Optional.empty())) {
            publisher.send(EventMessage.Type.DATA, Map.of("n", 1L));
            publisher.awaitReceived();
        }
        try (SocketChannel peer = server.accept()) {
            byte[] all = Channels.newInputStream(peer).readAllBytes();
            int length = ByteBuffer.wrap(all).getInt();
            assertEquals(all.length - Integer.BYTES, length);
            Map<String, Object> message = MessagePackCodec.decodeMap(all, Integer.BYTES, length);
            assertEquals(Map.of("n", 1L), message.get("data"));
        }
    }

    @Test
    void aMessageThatMakesNoSenseIsSkipped() throws Exception {
        try (EventClient client = new EventClientBuilder("test", settings).unix().connect();
                SocketChannel peer = server.accept()) {
            for (Map<String, Object> change :
                    List.<Map<String, Object>>of(
                            Map.of("timestamp_ms", 1.5), Map.of("data", List.of()), Map.of())) {
                Map<String, Object> message =
                        new HashMap<>(EventMessage.data("test", Map.of("n", 1L)).map());
                message.putAll(change);
                ByteBuffer frame = ByteBuffer.wrap(MessagePackCodec.encodeFrame(message));
                while (frame.hasRemaining()) {
                    peer.write(frame);
                }
            }
            assertEquals(Map.of("n", 1L), client.receive(PATIENCE).data());
            assertEquals(0, client.bufferSize());
        }
    }
}
