package dev.unixsocket.daemon.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.daemon.Program;
import dev.unixsocket.daemon.wire.RawPeer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A channel, its server and its clients, over both transports. */
@ParameterizedClass
@EnumSource(Transport.class)
class EventChannelTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration NOTHING_COMES = Duration.ofMillis(50);

    @Parameter Transport transport;

    @TempDir Path directory;

    private EventSettings settings;
    private EventServer server;

    @BeforeEach
    void listen() throws IOException {
        settings =
                EventSettings.defaults()
                        .with("socket.socket_dir", directory.toString())
                        .with("socket.reconnect_delay", "0.02");
        server = open(settings).start();
    }

    private EventServer open(EventSettings settings) throws IOException {
        EventServerBuilder builder = new EventServerBuilder("test", settings).allowShutdown();
        return transport == Transport.TCP ? builder.listenTcp() : builder.listenUnix();
    }

    private void restart(EventSettings settings) throws IOException {
        server.close();
        server = open(settings).start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private EventClientBuilder builder() throws EventException {
        return new EventClientBuilder("test", settings);
    }

    private EventClient connect() throws EventException {
        return connect(builder());
    }

    private EventClient connect(EventClientBuilder builder) throws EventException {
        return builder.client(Optional.of(transport)).connect();
    }

    private EventClient subscribe() throws Exception {
        int before = server.clients().size();
        EventClient client = connect();
        server.awaitClients(before + 1, PATIENCE);
        return client;
    }

    @Test
    void whatIsSentWhileNobodyIsThereComesOnceAndInOrder() throws Exception {
        for (long i = 1; i <= 150; i++) {
            server.send(Map.of("n", i));
        }
        assertEquals(100, server.queueSize());
        try (EventClient first = connect()) {
            for (long i = 51; i <= 150; i++) {
                assertEquals(i, first.receive(PATIENCE).data().get("n"));
            }
            assertEquals(0, server.queueSize());
            try (EventClient second = subscribe()) {
                server.send(Map.of("n", 151L));
                assertEquals(151L, second.receive(PATIENCE).data().get("n"));
                assertEquals(151L, first.receive(PATIENCE).data().get("n"));
            }
        }
    }

    @Test
    void theQueueCanBeCleared() throws Exception {
        server.send(Map.of("n", 1L));
        server.clearQueue();
        assertEquals(0, server.queueSize());
        try (EventClient client = subscribe()) {
            server.send(Map.of("n", 2L));
            assertEquals(2L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void aMessageHasTheFieldsOfTheProtocol() throws Exception {
        try (EventClient client = subscribe()) {
            server.send(EventMessage.Type.ERROR, Map.of("reason", "disk full"));
            EventMessage message = client.receive(PATIENCE);
            assertEquals("test", message.eventName());
            assertEquals(EventMessage.Type.ERROR, message.type());
            assertEquals(Map.of("reason", "disk full"), message.data());
            assertEquals(
                    message.timestampMillis(),
                    OffsetDateTime.parse(message.timestampIso()).toInstant().toEpochMilli());
        }
    }

    @Test
    void aMessageCanGoToOneClientAlone() throws Exception {
        try (EventClient first = subscribe();
                EventClient second = subscribe()) {
            String firstId = server.clients().getFirst().id();
            server.sendTo(firstId, EventMessage.data("test", Map.of("for", "first")));
            server.send(Map.of("for", "all"));
            assertEquals("first", first.receive(PATIENCE).data().get("for"));
            assertEquals("all", first.receive(PATIENCE).data().get("for"));
            assertEquals("all", second.receive(PATIENCE).data().get("for"));
            assertThrows(
                    EventException.ConnectionFailed.class,
                    () -> server.sendTo("client-999", EventMessage.data("test", Map.of())));
        }
    }

    @Test
    void noTwoClientsEverHaveOneId() throws Exception {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            try (EventClient _ = subscribe()) {
                assertTrue(ids.add(server.clients().getFirst().id()));
            }
            Program.await(() -> server.clients().isEmpty(), "the end of the client");
        }
    }

    @Test
    void oneClientTooManyIsToldWhyAndClosed() throws Exception {
        restart(
                settings.with("socket.unix.max_connections", "2")
                        .with("socket.tcp.max_connections", "2"));
        try (EventClient first = subscribe();
                EventClient second = subscribe();
                EventClient third = connect(builder().withoutReconnect())) {
            EventException refusal =
                    assertThrows(
                            EventException.MaxConnectionsReached.class,
                            () -> third.receive(PATIENCE));
            assertTrue(
                    refusal.getMessage().contains("all 2 connections are taken"),
                    refusal.getMessage());
            server.send(Map.of("n", 1L));
            assertEquals(1L, first.receive(PATIENCE).data().get("n"));
            assertEquals(1L, second.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void clientsSendToTheServerAndAreKnown() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        server.onConnect(client -> events.add(client.id() + " came"))
                .onMessage((client, message) -> events.add(client.id() + message.data()))
                .onDisconnect(client -> events.add(client.id() + " went"));
        try (EventClient client = connect()) {
            client.send(Map.of("n", 1L));
            client.send(Map.of("n", 2L));
            assertEquals("client-1 came", events.poll(20, TimeUnit.SECONDS));
            assertEquals("client-1{n=1}", events.poll(20, TimeUnit.SECONDS));
            assertEquals("client-1{n=2}", events.poll(20, TimeUnit.SECONDS));
        }
        assertEquals("client-1 went", events.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void clientsAreToldWhenTheyMayNotSend() throws Exception {
        restart(settings.with("socket.allow_client_send", "false"));
        BlockingQueue<EventMessage> received = new LinkedBlockingQueue<>();
        server.onMessage((_, message) -> received.add(message));
        try (EventClient client = subscribe()) {
            client.send(Map.of("n", 1L));
            EventMessage answer = client.receive(PATIENCE);
            assertEquals(EventMessage.Type.ERROR, answer.type());
            assertEquals("clients cannot send here", answer.data().get("details"));
            assertTrue(received.isEmpty());
        }
    }

    @Test
    void aPingIsAnsweredAndAnUnknownCommandToo() throws Exception {
        try (EventClient client = subscribe()) {
            client.send(Control.message(EventName.of("test"), "ping"));
            assertEquals("pong", client.receive(PATIENCE).data().get("command"));
            client.send(Control.message(EventName.of("test"), "dance"));
            assertEquals("unknown_command", client.receive(PATIENCE).data().get("error"));
        }
    }

    @Test
    void aClientShutsTheServerDownWhereThatIsAllowed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        server.onShutdown(asked::countDown);
        try (EventClient client = subscribe()) {
            client.send(Control.message(EventName.of("test"), "shutdown"));
            assertEquals("shutdown", client.receive(PATIENCE).data().get("command"));
            assertTrue(asked.await(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aClientReceivesTheTypesThatItWants() throws Exception {
        EventClientBuilder errors = builder().only(EnumSet.of(EventMessage.Type.ERROR));
        try (EventClient client = connect(errors)) {
            server.awaitClients(1, PATIENCE);
            server.send(Map.of("n", 1L));
            server.send(EventMessage.Type.ERROR, Map.of("n", 2L));
            assertEquals(2L, client.receive(PATIENCE).data().get("n"));
            assertThrows(EventException.TimeoutExpired.class, () -> client.receive(NOTHING_COMES));
        }
    }

    @Test
    void whoOnlyPublishesTakesNothingFromWhoComesLater() throws Exception {
        server.send(Map.of("n", 1L));
        try (PublishLink link = builder().publishLink(Optional.of(transport))) {
            link.send(EventMessage.Type.DATA, Map.of("x", 1L));
            link.awaitReceived();
            assertEquals(List.of(), link.clients());
        }
        assertEquals(1, server.queueSize());
        try (EventClient client = connect()) {
            assertEquals(1L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void theMessagesAreAStreamThatEndsWithTheServer() throws Exception {
        try (EventClient client = connect(builder().withoutReconnect())) {
            server.awaitClients(1, PATIENCE);
            for (long i = 0; i < 1000; i++) {
                server.send(Map.of("n", i));
            }
            server.close();
            assertEquals(1000, client.messages().count());
        }
    }

    @Test
    void whatHasComeWaitsInTheBuffer() throws Exception {
        try (EventClient client = subscribe()) {
            server.send(Map.of("n", 1L));
            server.send(Map.of("n", 2L));
            Program.await(() -> client.bufferSize() == 2, "two messages in the buffer");
            client.receive(Duration.ZERO);
            assertEquals(1, client.bufferSize());
        }
    }

    @Test
    void badBytesGetAnErrorAndCostNobodyElseAnything() throws Exception {
        try (EventClient client = subscribe()) {
            try (RawPeer peer = new RawPeer(server.address())) {
                peer.sendHex("ffffffff");
                assertEquals("bad message", peer.receiveData("error"));
                assertEquals(Optional.empty(), peer.receive());
            }
            try (RawPeer peer = new RawPeer(server.address())) {
                peer.send(Map.of("event_name", "test", "message_type", "shout"));
                assertEquals("the field \"timestamp_ms\" is missing", peer.receiveData("details"));
            }
            server.send(Map.of("n", 1L));
            assertEquals(1L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void aMessageThatCannotBeSentIsRefusedWhereItIsSent() throws Exception {
        assertThrows(
                EventException.MessageInvalid.class, () -> server.send(Map.of("x", new Object())));
        assertThrows(
                EventException.MessageInvalid.class,
                () -> server.send(Map.of("x", new byte[11 * 1024 * 1024])));
        try (EventClient client = subscribe()) {
            assertThrows(
                    EventException.MessageInvalid.class,
                    () -> client.send(Map.of("x", new Object())));
        }
    }

    @Test
    void aClientConnectsAgainWhenTheServerComesBack() throws Exception {
        try (EventClient client = subscribe()) {
            server.send(Map.of("n", 1L));
            assertEquals(1L, client.receive(PATIENCE).data().get("n"));
            restart(settings);
            server.awaitClients(1, PATIENCE);
            server.send(Map.of("n", 2L));
            assertEquals(2L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void aClientThatIsClosedWhileItWaitsEnds() throws Exception {
        EventClient client = subscribe();
        Thread closer = Thread.ofPlatform().start(client::close);
        assertThrows(EventException.ConnectionFailed.class, () -> client.receive(PATIENCE));
        closer.join();
        assertThrows(EventException.ConnectionFailed.class, () -> client.send(Map.of("n", 1L)));
    }

    @Test
    void aSecondServerLeavesTheFirstOnesFilesAlone() throws Exception {
        assertThrows(IOException.class, () -> open(settings));
        try (EventClient client = subscribe()) {
            server.send(Map.of("n", 1L));
            assertEquals(1L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void nothingIsLeftWhenTheServerHasClosed() throws Exception {
        server.close();
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of(), files.filter(file -> !file.toString().endsWith(".lock")).toList());
        }
        EventException failure = assertThrows(EventException.class, this::connect);
        assertTrue(failure.getMessage().contains("no server of test"), failure.getMessage());
    }
}
