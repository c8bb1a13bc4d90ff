package dev.unixsocket.services.events;

import static dev.unixsocket.services.events.TestChannel.NOTHING_COMES;
import static dev.unixsocket.services.events.TestChannel.PATIENCE;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** What is sent on a channel, and who gets it, over both transports. */
@ParameterizedClass
@EnumSource(Transport.class)
class EventDeliveryTest {

    @Parameter Transport transport;

    @TempDir Path directory;

    @RegisterExtension
    final TestChannel channel = new TestChannel(() -> transport, () -> directory);

    @Test
    void whatIsSentWhileNobodyIsThereComesOnceAndInOrder() throws Exception {
        for (long i = 1; i <= 150; i++) {
            channel.server().send(Map.of("n", i));
        }
        try (EventClient first = channel.connect()) {
            for (long i = 51; i <= 150; i++) {
                assertEquals(i, first.receive(PATIENCE).data().get("n"));
            }
            try (EventClient second = channel.subscribe()) {
                channel.server().send(Map.of("n", 151L));
                assertEquals(151L, second.receive(PATIENCE).data().get("n"));
                assertEquals(151L, first.receive(PATIENCE).data().get("n"));
            }
        }
    }

    @Test
    void aMessageHasTheFieldsOfTheProtocol() throws Exception {
        try (EventClient client = channel.subscribe()) {
            channel.server().send(EventMessage.Type.ERROR, Map.of("reason", "disk full"));
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
        try (EventClient first = channel.subscribe();
                EventClient second = channel.subscribe()) {
            String firstId = channel.server().clients().getFirst().id();
            channel.server().sendTo(firstId, EventMessage.data("test", Map.of("for", "first")));
            channel.server().send(Map.of("for", "all"));
            assertEquals("first", first.receive(PATIENCE).data().get("for"));
            assertEquals("all", first.receive(PATIENCE).data().get("for"));
            assertEquals("all", second.receive(PATIENCE).data().get("for"));
            assertThrows(
                    EventException.ConnectionFailed.class,
                    () ->
                            channel.server()
                                    .sendTo("client-999", EventMessage.data("test", Map.of())));
        }
    }

    @Test
    void aClientReceivesTheTypesThatItWants() throws Exception {
        EventClientBuilder errors = channel.builder().only(EnumSet.of(EventMessage.Type.ERROR));
        try (EventClient client = channel.connect(errors)) {
            channel.server().awaitClients(1, PATIENCE);
            channel.server().send(Map.of("n", 1L));
            channel.server().send(EventMessage.Type.ERROR, Map.of("n", 2L));
            assertEquals(2L, client.receive(PATIENCE).data().get("n"));
            assertThrows(EventException.TimeoutExpired.class, () -> client.receive(NOTHING_COMES));
        }
    }

    @Test
    void whoOnlyPublishesTakesNothingFromWhoComesLater() throws Exception {
        channel.server().send(Map.of("n", 1L));
        try (EventPublisher link = channel.publisher()) {
            link.send(EventMessage.Type.DATA, Map.of("x", 1L));
            link.awaitReceived();
            assertEquals(List.of(), link.clients());
        }
        try (EventClient client = channel.connect()) {
            assertEquals(1L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void theMessagesAreAStreamThatEndsWithTheServer() throws Exception {
        try (EventClient client = channel.connect(channel.builder().withoutReconnect())) {
            channel.server().awaitClients(1, PATIENCE);
            for (long i = 0; i < 1000; i++) {
                channel.server().send(Map.of("n", i));
            }
            channel.server().close();
            assertEquals(1000, client.messages().count());
        }
    }

    @Test
    void whatHasComeWaitsInTheBuffer() throws Exception {
        try (EventClient client = channel.subscribe()) {
            channel.server().send(Map.of("n", 1L));
            channel.server().send(Map.of("n", 2L));
            Program.await(() -> client.bufferSize() == 2, "two messages in the buffer");
            client.receive(Duration.ZERO);
            assertEquals(1, client.bufferSize());
        }
    }

    @Test
    void aMessageThatCannotBeSentIsRefusedWhereItIsSent() throws Exception {
        assertThrows(
                EventException.MessageInvalid.class,
                () -> channel.server().send(Map.of("x", new Object())));
        assertThrows(
                EventException.MessageInvalid.class,
                () -> channel.server().send(Map.of("x", new byte[11 * 1024 * 1024])));
        try (EventClient client = channel.subscribe()) {
            assertThrows(
                    EventException.MessageInvalid.class,
                    () -> client.send(Map.of("x", new Object())));
        }
    }
}
