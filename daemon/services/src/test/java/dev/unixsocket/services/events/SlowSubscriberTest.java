package dev.unixsocket.services.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.server.SlowPolicy;
import dev.unixsocket.testing.EventChannelsIn;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RawPeer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A subscriber that does not keep up: it misses something, and nobody else notices. */
class SlowSubscriberTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int MESSAGES = 2000;
    private static final String PADDING = "x".repeat(4000);

    @TempDir Path directory;

    private EventServer serve(SlowPolicy policy) throws IOException {
        EventSettings settings =
                EventSettings.defaults()
                        .with("socket.socket_dir", directory.toString())
                        .with("socket.client_queue_size", "10")
                        .with("socket.slow_subscriber", policy.toString())
                        .with("socket.default_timeout", "0.5");
        return new EventServerBuilder("slow", settings).listenUnix().start();
    }

    private static RawPeer subscribe(EventServer server) throws Exception {
        RawPeer peer = new RawPeer(server.address());
        server.awaitClients(1, PATIENCE);
        return peer;
    }

    /** More than the kernel's buffers and the queue hold. */
    private static void sendMuch(EventServer server) throws IOException {
        for (long i = 0; i < MESSAGES; i++) {
            server.send(Map.of("n", i, "padding", PADDING));
        }
    }

    private static List<Long> receiveAll(RawPeer peer) throws IOException {
        List<Long> numbers = new ArrayList<>();
        Optional<Map<String, Object>> message = peer.receive();
        while (message.isPresent()) {
            numbers.add((Long) ((Map<?, ?>) message.get().get("data")).get("n"));
            message = peer.receive();
        }
        return numbers;
    }

    private static void assertInOrder(List<Long> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            assertTrue(numbers.get(i - 1) < numbers.get(i), () -> "out of order: " + numbers);
        }
    }

    @Test
    void withDropOldestItMissesTheOldestAndTheCountIsKnown() throws Exception {
        try (EventServer server = serve(SlowPolicy.DROP_OLDEST);
                RawPeer peer = subscribe(server)) {
            sendMuch(server);
            EventClientInfo info = server.clients().getFirst();
            assertEquals(10, info.queued());
            assertTrue(info.dropped() > 0);
            Thread closer = closeAside(server);
            List<Long> numbers = receiveAll(peer);
            closer.join();
            assertInOrder(numbers);
            assertEquals(MESSAGES - info.dropped(), numbers.size());
            assertEquals(MESSAGES - 1, numbers.getLast());
        }
    }

    @Test
    void withDropNewestItMissesTheNewest() throws Exception {
        try (EventServer server = serve(SlowPolicy.DROP_NEWEST);
                RawPeer peer = subscribe(server)) {
            sendMuch(server);
            EventClientInfo info = server.clients().getFirst();
            Thread closer = closeAside(server);
            List<Long> numbers = receiveAll(peer);
            closer.join();
            assertInOrder(numbers);
            assertEquals(MESSAGES - info.dropped(), numbers.size());
            assertTrue(numbers.getLast() < MESSAGES - 1);
        }
    }

    @Test
    void withDisconnectItIsDisconnected() throws Exception {
        try (EventServer server = serve(SlowPolicy.DISCONNECT);
                RawPeer _ = subscribe(server)) {
            sendMuch(server);
            Program.await(() -> server.clients().isEmpty(), "the end of the slow subscriber");
        }
    }

    @Test
    void aPublisherThatWaitsForRoomLosesNothing() throws Exception {
        try (EventServer server = serve(SlowPolicy.DROP_OLDEST);
                EventClient client = EventChannelsIn.client(directory, "slow")) {
            server.awaitClients(1, PATIENCE);
            Thread publisher = Thread.ofPlatform().start(() -> publishWithRoom(server, PATIENCE));
            for (long i = 0; i < MESSAGES; i++) {
                assertEquals(i, client.receive(PATIENCE).data().get("n"));
            }
            publisher.join();
            assertEquals(0, server.clients().getFirst().dropped());
        }
    }

    @Test
    void aPublisherWaitsOnlyOnceForASubscriberThatHasStopped() throws Exception {
        try (EventServer server = serve(SlowPolicy.DROP_OLDEST);
                RawPeer _ = subscribe(server)) {
            Thread publisher =
                    Thread.ofPlatform()
                            .start(() -> publishWithRoom(server, Duration.ofMillis(500)));
            assertTrue(publisher.join(PATIENCE), "it waits for ever");
            assertTrue(server.clients().getFirst().dropped() > 0);
        }
    }

    private static void publishWithRoom(EventServer server, Duration limit) {
        try {
            for (long i = 0; i < MESSAGES; i++) {
                server.awaitRoom(limit);
                server.send(Map.of("n", i, "padding", PADDING));
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Thread closeAside(EventServer server) {
        return Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                server.close();
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
    }
}
