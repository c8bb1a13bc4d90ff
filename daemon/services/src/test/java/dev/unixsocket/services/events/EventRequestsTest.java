package dev.unixsocket.services.events;

import static dev.unixsocket.services.events.TestChannel.PATIENCE;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.RawPeer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What clients send to the server of a channel, over both transports. */
@ParameterizedClass
@EnumSource(Transport.class)
class EventRequestsTest {

    @Parameter Transport transport;

    @TempDir Path directory;

    @RegisterExtension
    final TestChannel channel = new TestChannel(() -> transport, () -> directory);

    @Test
    void clientsSendToTheServerAndAreKnown() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        channel.server()
                .onConnect(client -> events.add(client.id() + " came"))
                .onMessage((client, message) -> events.add(client.id() + message.data()))
                .onDisconnect(client -> events.add(client.id() + " went"));
        try (EventClient client = channel.connect()) {
            client.send(Map.of("n", 1L));
            client.send(Map.of("n", 2L));
            assertEquals("client-1 came", events.poll(120, TimeUnit.SECONDS));
            assertEquals("client-1{n=1}", events.poll(120, TimeUnit.SECONDS));
            assertEquals("client-1{n=2}", events.poll(120, TimeUnit.SECONDS));
        }
        assertEquals("client-1 went", events.poll(120, TimeUnit.SECONDS));
    }

    @Test
    void clientsAreToldWhenTheyMayNotSend() throws Exception {
        channel.restart(channel.settings().with("socket.allow_client_send", "false"));
        BlockingQueue<EventMessage> received = new LinkedBlockingQueue<>();
        channel.server().onMessage((_, message) -> received.add(message));
        try (EventClient client = channel.subscribe()) {
            client.send(Map.of("n", 1L));
            EventMessage answer = client.receive(PATIENCE);
            assertEquals(EventMessage.Type.ERROR, answer.type());
            assertEquals("clients cannot send here", answer.data().get("details"));
            assertTrue(received.isEmpty());
        }
    }

    @Test
    void aPingIsAnsweredAndWhatElseAClientControlsIsForTheApplication() throws Exception {
        BlockingQueue<EventMessage> received = new LinkedBlockingQueue<>();
        channel.server().onMessage((_, message) -> received.add(message));
        try (EventClient client = channel.subscribe()) {
            client.send(Control.message(EventName.of("test"), "ping"));
            assertEquals("pong", client.receive(PATIENCE).data().get("command"));
            client.send(Control.message(EventName.of("test"), "dance"));
            EventMessage control = received.poll(120, TimeUnit.SECONDS);
            assertEquals(EventMessage.Type.CONTROL, control.type());
            assertEquals("dance", control.data().get("command"));
            assertEquals(0, client.bufferSize());
        }
    }

    @Test
    void aClientShutsTheServerDownWhereThatIsAllowed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        channel.server().onShutdown(asked::countDown);
        try (EventClient client = channel.subscribe()) {
            client.send(Control.message(EventName.of("test"), "shutdown"));
            assertEquals("shutdown", client.receive(PATIENCE).data().get("command"));
            assertTrue(asked.await(120, TimeUnit.SECONDS));
        }
    }

    @Test
    void badBytesGetAnErrorAndCostNobodyElseAnything() throws Exception {
        try (EventClient client = channel.subscribe()) {
            try (RawPeer peer = new RawPeer(channel.server().address())) {
                peer.sendHex("ffffffff");
                assertEquals("bad message", peer.receiveData("error"));
                assertEquals(Optional.empty(), peer.receive());
            }
            channel.server().send(Map.of("n", 1L));
            assertEquals(1L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void aMessageThatMakesNoSenseIsSkippedAndTheNextOneTaken() throws Exception {
        BlockingQueue<EventMessage> received = new LinkedBlockingQueue<>();
        channel.server().onMessage((_, message) -> received.add(message));
        try (RawPeer peer = new RawPeer(channel.server().address())) {
            for (Map<String, Object> change :
                    List.<Map<String, Object>>of(
                            Map.of("timestamp_ms", 1.5),
                            Map.of("data", List.of(1L)),
                            Collections.singletonMap("data", null),
                            Map.of("message_type", "shout"),
                            Map.of())) {
                Map<String, Object> message =
                        new HashMap<>(EventMessage.data("test", Map.of("n", 1L)).map());
                message.putAll(change);
                peer.send(message);
            }
            assertEquals(Map.of("n", 1L), received.poll(120, TimeUnit.SECONDS).data());
            assertTrue(received.isEmpty());
        }
    }
}
