package dev.unixsocket.daemon.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.daemon.Program;
import dev.unixsocket.daemon.wire.RawPeer;
import dev.unixsocket.ffi.Address;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The LiteBase service, over both transports. */
@ParameterizedClass
@ValueSource(strings = {"unix", "tcp"})
class IpcServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Parameter String transport;

    @TempDir Path directory;

    private Optional<IpcServer> server = Optional.empty();

    private Address serve(IpcServer.Builder builder) throws IOException {
        Address address =
                transport.equals("tcp")
                        ? Address.loopback(0)
                        : Address.path(directory.resolve("ipc.sock"));
        server = Optional.of(builder.listen(address).start());
        return server.get().address();
    }

    @AfterEach
    void close() throws IOException {
        if (server.isPresent()) {
            server.get().close();
        }
    }

    @Test
    void aHealthCheckIsAnsweredWithTheSameId() throws IOException {
        try (RawPeer peer = new RawPeer(serve(IpcServer.builder()))) {
            Map<String, Object> answer =
                    peer.send(message("42", "health_check")).receive().orElseThrow();
            assertEquals("42", answer.get("id"));
            assertEquals("health_response", answer.get("type"));
            assertTrue(answer.get("timestamp") instanceof Instant);
            Map<?, ?> data = (Map<?, ?>) answer.get("data");
            assertEquals("healthy", data.get("status"));
            assertTrue(data.get("version") instanceof String);
            assertTrue(data.get("timestamp") instanceof Instant);
        }
    }

    @Test
    void aTimestampMayBeAnIntegerOrText() throws IOException {
        try (RawPeer peer = new RawPeer(serve(IpcServer.builder()))) {
            for (Object time :
                    List.of(1_770_000_000L, 1_770_000_000_123L, "2026-02-09T10:30:00Z")) {
                Map<String, Object> message = message("1", "health_check");
                message.put("timestamp", time);
                assertEquals("healthy", peer.send(message).receiveData("status"));
            }
        }
    }

    @Test
    void theMessagesOfAConnectionAreAnsweredInOrder() throws IOException {
        try (RawPeer peer = new RawPeer(serve(IpcServer.builder()))) {
            for (int i = 0; i < 1000; i++) {
                peer.send(message("m" + i, "health_check"));
            }
            for (int i = 0; i < 1000; i++) {
                assertEquals("m" + i, peer.receive().orElseThrow().get("id"));
            }
        }
    }

    @Test
    void anUnknownTypeIsAnErrorAndTheConnectionGoesOn() throws IOException {
        try (RawPeer peer = new RawPeer(serve(IpcServer.builder()))) {
            Map<String, Object> answer = peer.send(message("7", "dance")).receive().orElseThrow();
            assertEquals("7", answer.get("id"));
            assertEquals("error", answer.get("type"));
            Map<?, ?> data = (Map<?, ?>) answer.get("data");
            assertEquals(400L, data.get("code"));
            assertEquals("unknown message type", data.get("error"));
            assertEquals("\"dance\" is not one of health_check", data.get("details"));
            assertEquals("healthy", peer.send(message("8", "health_check")).receiveData("status"));
        }
    }

    @Test
    void aHandlerThatFailsTellsThePeerNothingOfItsInside() throws IOException {
        IpcServer.Builder builder =
                IpcServer.builder()
                        .on(
                                "query",
                                (request, session) -> {
                                    throw new IllegalStateException("the password is secret");
                                });
        try (RawPeer peer = new RawPeer(serve(builder))) {
            Map<String, Object> answer = peer.send(message("1", "query")).receive().orElseThrow();
            Map<?, ?> data = (Map<?, ?>) answer.get("data");
            assertEquals(500L, data.get("code"));
            assertEquals("internal error", data.get("error"));
            assertFalse(answer.toString().contains("secret"));
            assertEquals("healthy", peer.send(message("2", "health_check")).receiveData("status"));
        }
    }

    @Test
    void anAnswerThatHasNoFormOrIsTooLongIsAnError() throws IOException {
        IpcServer.Builder builder =
                IpcServer.builder()
                        .limits(new IpcLimits(1024, PATIENCE, PATIENCE))
                        .on("long", (_, _) -> new IpcAnswer("x", Map.of("x", "x".repeat(2000))))
                        .on("odd", (_, _) -> new IpcAnswer("x", Map.of("x", new Object())));
        try (RawPeer peer = new RawPeer(serve(builder))) {
            assertEquals(400L, peer.send(message("1", "long")).receiveData("code"));
            assertEquals(500L, peer.send(message("2", "odd")).receiveData("code"));
        }
    }

    @Test
    void aMissingOrIllTypedFieldIsAnErrorWithTheIdAndThenTheEnd() throws IOException {
        Address address = serve(IpcServer.builder());
        for (String field : List.of("id", "type", "timestamp")) {
            Map<String, Object> message = message("5", "health_check");
            message.remove(field);
            refused(address, message, "the field \"" + field + "\" is missing");
        }
        Map<String, Object> message = message("5", "health_check");
        message.put("data", 5);
        refused(address, message, "the field \"data\" is an integer, not a map");
        message = message("5", "health_check");
        message.put("timestamp", "yesterday");
        refused(address, message, "the field \"timestamp\" is not a time: yesterday");
    }

    private static void refused(Address address, Map<String, Object> message, String reason)
            throws IOException {
        try (RawPeer peer = new RawPeer(address)) {
            Map<String, Object> answer = peer.send(message).receive().orElseThrow();
            assertEquals(message.containsKey("id") ? "5" : "", answer.get("id"));
            Map<?, ?> data = (Map<?, ?>) answer.get("data");
            assertEquals(400L, data.get("code"));
            assertEquals(reason, data.get("details"));
            assertEquals(Optional.empty(), peer.receive());
        }
    }

    @Test
    void bytesThatAreNoFrameGetAnErrorThatCanBeReadToItsEnd() throws IOException {
        Address address = serve(IpcServer.builder());
        try (RawPeer peer = new RawPeer(address)) {
            peer.sendHex("7fffffff").send(new byte[200_000]);
            assertEquals(
                    "a frame of 2147483647 bytes is too long, 10485760 are allowed",
                    peer.receiveData("details"));
        }
        try (RawPeer peer = new RawPeer(address)) {
            peer.sendHex("00000003 c1c1c1");
            assertEquals(400L, peer.receiveData("code"));
            assertEquals(Optional.empty(), peer.receive());
        }
        try (RawPeer peer = new RawPeer(address)) {
            peer.sendHex("00000010 81").end();
            assertEquals(
                    "the stream ended inside a frame, after 5 bytes of it",
                    peer.receiveData("details"));
        }
    }

    @Test
    void aPeerThatSendsAByteNowAndThenIsGivenUp() throws IOException {
        IpcLimits limits = new IpcLimits(1024, Duration.ofMillis(200), PATIENCE);
        try (RawPeer peer = new RawPeer(serve(IpcServer.builder().limits(limits)))) {
            peer.sendHex("000000");
            assertEquals(Optional.empty(), peer.receive());
        }
    }

    @Test
    void aPeerThatTakesNoAnswersHoldsUpNobodyAndIsGivenUp() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        IpcServer.Builder builder =
                IpcServer.builder()
                        .limits(new IpcLimits(1 << 20, PATIENCE, Duration.ofMillis(300)))
                        .on(
                                "much",
                                (_, session) -> {
                                    session.keep(Closed.class, () -> new Closed(closed));
                                    return new IpcAnswer("x", Map.of("x", "x".repeat(500_000)));
                                });
        Address address = serve(builder);
        try (RawPeer stopped = new RawPeer(address);
                RawPeer other = new RawPeer(address)) {
            for (int i = 0; i < 50; i++) {
                stopped.send(message("m", "much"));
            }
            assertEquals("healthy", other.send(message("1", "health_check")).receiveData("status"));
            assertTrue(closed.await(20, TimeUnit.SECONDS));
        }
    }

    private record Closed(CountDownLatch latch) implements AutoCloseable {
        @Override
        public void close() {
            latch.countDown();
        }
    }

    @Test
    void aConnectionPastTheLimitIsToldSo() throws IOException {
        Address address = serve(IpcServer.builder().maxConnections(2));
        try (RawPeer first = new RawPeer(address);
                RawPeer second = new RawPeer(address)) {
            first.send(message("1", "health_check")).receive();
            second.send(message("1", "health_check")).receive();
            try (RawPeer third = new RawPeer(address)) {
                assertEquals(503L, third.receiveData("code"));
                assertEquals(Optional.empty(), third.receive());
            }
            assertEquals("healthy", first.send(message("2", "health_check")).receiveData("status"));
        }
    }

    @Test
    void aStopLetsTheRequestInHandBeAnswered() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        IpcServer.Builder builder =
                IpcServer.builder()
                        .on(
                                "slow",
                                (_, _) -> {
                                    begun.countDown();
                                    stopped.await();
                                    return new IpcAnswer("done", Map.of("ok", true));
                                });
        Address address = serve(builder);
        try (RawPeer peer = new RawPeer(address);
                RawPeer idle = new RawPeer(address)) {
            peer.send(message("1", "slow"));
            begun.await();
            server.get().stop();
            assertEquals(Optional.empty(), idle.receive());
            stopped.countDown();
            assertEquals(true, peer.receiveData("ok"));
            assertEquals(Optional.empty(), peer.receive());
        }
    }

    @Test
    void aClientGetsTheAnswerToItsOwnRequest() throws Exception {
        Address address =
                serve(
                        IpcServer.builder()
                                .on("echo", (request, _) -> new IpcAnswer("echo", request.data())));
        try (IpcClient client = IpcClient.connect(address, PATIENCE)) {
            List<Thread> threads = new ArrayList<>();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            for (int t = 0; t < 4; t++) {
                long number = t;
                threads.add(
                        Thread.ofPlatform()
                                .uncaughtExceptionHandler((_, e) -> failure.set(e))
                                .start(() -> assertEcho(client, number)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(null, failure.get());
        }
    }

    private static void assertEcho(IpcClient client, long number) {
        for (int i = 0; i < 100; i++) {
            try {
                Map<String, Object> data = Map.of("n", number * 1000 + i);
                assertEquals(data, client.request("echo", data).data());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aServerThatIsGoneIsAClearError() throws IOException {
        Address address = serve(IpcServer.builder());
        try (IpcClient client = IpcClient.connect(address, PATIENCE)) {
            client.request("health_check", Map.of());
            server.get().close();
            assertThrows(IOException.class, () -> client.request("health_check", Map.of()));
        }
        assertThrows(IOException.class, () -> IpcClient.connect(address, PATIENCE));
    }

    @Test
    void theSocketFileIsForThisUserAndIsRemovedAtTheEnd() throws IOException {
        serve(IpcServer.builder());
        Path file = directory.resolve("ipc.sock");
        if (transport.equals("unix")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        server.get().close();
        assertFalse(Files.exists(file));
    }

    @Test
    void manyConnectionsAreServedSideBySide() throws Exception {
        CountDownLatch together = new CountDownLatch(20);
        Address address =
                serve(
                        IpcServer.builder()
                                .on(
                                        "meet",
                                        (_, _) -> {
                                            together.countDown();
                                            together.await();
                                            return new IpcAnswer("met", Map.of());
                                        }));
        List<RawPeer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                peers.add(new RawPeer(address).send(message("1", "meet")));
            }
            for (RawPeer peer : peers) {
                assertEquals("met", peer.receive().orElseThrow().get("type"));
            }
        } finally {
            peers.forEach(RawPeer::close);
        }
        Program.await(() -> together.getCount() == 0, "all of them at once");
    }

    private static Map<String, Object> message(String id, String type) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("type", type);
        message.put("timestamp", Instant.now());
        message.put("data", null);
        return message;
    }
}
