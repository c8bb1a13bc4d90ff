package dev.unixsocket.services.events;

import static dev.unixsocket.services.events.TestChannel.PATIENCE;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How servers and clients of a channel come and go, over both transports. */
@ParameterizedClass
@EnumSource(Transport.class)
class EventConnectionsTest {

    @Parameter Transport transport;

    @TempDir Path directory;

    @RegisterExtension
    final TestChannel channel = new TestChannel(() -> transport, () -> directory);

    @Test
    void noTwoClientsEverHaveOneId() throws Exception {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            try (EventClient _ = channel.subscribe()) {
                assertTrue(ids.add(channel.server().clients().getFirst().id()));
            }
            Program.await(() -> channel.server().clients().isEmpty(), "the end of the client");
        }
    }

    @Test
    void oneClientTooManyIsToldWhyAndClosed() throws Exception {
        channel.restart(
                channel.settings()
                        .with("socket.unix.max_connections", "2")
                        .with("socket.tcp.max_connections", "2"));
        try (EventClient first = channel.subscribe();
                EventClient second = channel.subscribe();
                EventClient third = channel.connect(channel.builder().withoutReconnect())) {
            EventException refusal =
                    assertThrows(
                            EventException.MaxConnectionsReached.class,
                            () -> third.receive(PATIENCE));
            assertTrue(
                    refusal.getMessage().contains("all 2 connections are taken"),
                    refusal.getMessage());
            channel.server().send(Map.of("n", 1L));
            assertEquals(1L, first.receive(PATIENCE).data().get("n"));
            assertEquals(1L, second.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void aClientConnectsAgainWhenTheServerComesBack() throws Exception {
        try (EventClient client = channel.subscribe()) {
            channel.server().send(Map.of("n", 1L));
            assertEquals(1L, client.receive(PATIENCE).data().get("n"));
            channel.restart();
            channel.server().awaitClients(1, PATIENCE);
            channel.server().send(Map.of("n", 2L));
            assertEquals(2L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void aClientThatIsClosedWhileItWaitsEnds() throws Exception {
        EventClient client = channel.subscribe();
        Thread closer = Thread.ofPlatform().start(client::close);
        assertThrows(EventException.ConnectionFailed.class, () -> client.receive(PATIENCE));
        closer.join();
        assertThrows(EventException.ConnectionFailed.class, () -> client.send(Map.of("n", 1L)));
    }

    @Test
    void aSecondServerLeavesTheFirstOnesFilesAlone() throws Exception {
        assertThrows(IOException.class, () -> channel.open());
        try (EventClient client = channel.subscribe()) {
            channel.server().send(Map.of("n", 1L));
            assertEquals(1L, client.receive(PATIENCE).data().get("n"));
        }
    }

    @Test
    void nothingIsLeftWhenTheServerHasClosed() throws Exception {
        channel.server().close();
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of(), files.filter(file -> !file.toString().endsWith(".lock")).toList());
        }
        EventException failure = assertThrows(EventException.class, channel::connect);
        assertTrue(failure.getMessage().contains("no server of test"), failure.getMessage());
    }
}
