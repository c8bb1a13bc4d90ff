package dev.unixsocket.services.ipc;

import static dev.unixsocket.services.ipc.TestService.PATIENCE;
import static dev.unixsocket.services.ipc.TestService.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.wire.MessagePackCodec;
import dev.unixsocket.testing.RawPeer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What a LiteBase service answers, over both transports. */
@ParameterizedClass
@ValueSource(strings = {"unix", "tcp"})
class IpcMessagesTest {

    @Parameter String transport;

    @TempDir Path directory;

    @RegisterExtension
    final TestService service = new TestService(() -> transport, () -> directory);

    @Test
    void aHealthCheckIsAnsweredWithTheSameId() throws IOException {
        try (RawPeer peer = new RawPeer(service.serve(IpcServer.builder()))) {
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
        try (RawPeer peer = new RawPeer(service.serve(IpcServer.builder()))) {
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
        try (RawPeer peer = new RawPeer(service.serve(IpcServer.builder()))) {
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
        try (RawPeer peer = new RawPeer(service.serve(IpcServer.builder()))) {
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
        try (RawPeer peer = new RawPeer(service.serve(builder))) {
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
                        .on("long", (_, _) -> new IpcResponse("x", Map.of("x", "x".repeat(2000))))
                        .on("odd", (_, _) -> new IpcResponse("x", Map.of("x", new Object())));
        try (RawPeer peer = new RawPeer(service.serve(builder))) {
            assertEquals(400L, peer.send(message("1", "long")).receiveData("code"));
            assertEquals(500L, peer.send(message("2", "odd")).receiveData("code"));
        }
    }

    @Test
    void whatTheOriginalsDecoderLetsPassIsAnswered() throws IOException {
        try (RawPeer peer = new RawPeer(service.serve(IpcServer.builder()))) {
            for (String field : List.of("id", "timestamp")) {
                Map<String, Object> message = message("5", "health_check");
                message.remove(field);
                assertHealthy(field.equals("id") ? "" : "5", peer.send(message));
                message.put(field, null);
                assertHealthy(field.equals("id") ? "" : "5", peer.send(message));
            }
            Map<String, Object> message = message("5", "health_check");
            message.put("id", new byte[] {'a', 'b'});
            assertHealthy("ab", peer.send(message));
            byte[] frame = MessagePackCodec.encodeFrame(message("6", "health_check"));
            byte[] longer = Arrays.copyOf(frame, frame.length + 3);
            longer[3] += 3;
            assertHealthy("6", peer.send(longer));
        }
    }

    private static void assertHealthy(String id, RawPeer peer) throws IOException {
        Map<String, Object> answer = peer.receive().orElseThrow();
        assertEquals("health_response", answer.get("type"), answer::toString);
        assertEquals(id, answer.get("id"));
    }

    @Test
    void aMessageWithoutATypeIsAnErrorAndNotTheEnd() throws IOException {
        try (RawPeer peer = new RawPeer(service.serve(IpcServer.builder()))) {
            Map<String, Object> untyped = message("5", "health_check");
            untyped.remove("type");
            assertEquals("5", peer.send(untyped).receive().orElseThrow().get("id"));
            for (String hex : List.of("00000001 80", "00000001 c0")) {
                peer.sendHex(hex);
                assertEquals("the field \"type\" is missing", peer.receiveData("details"));
            }
            assertHealthy("7", peer.send(message("7", "health_check")));
        }
    }

    @Test
    void anIllTypedFieldIsAnErrorWithTheIdAndThenTheEnd() throws IOException {
        Address address = service.serve(IpcServer.builder());
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
        Address address = service.serve(IpcServer.builder());
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
    void aClientGetsTheAnswerToItsOwnRequest() throws Exception {
        Address address =
                service.serve(
                        IpcServer.builder()
                                .on(
                                        "echo",
                                        (request, _) -> new IpcResponse("echo", request.data())));
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
    void anErrorDoesNotRepeatAllThatWasWrong() throws IOException {
        Map<String, Object> message = message("1", "health_check");
        message.put("timestamp", "x".repeat(1_000_000));
        try (RawPeer peer = new RawPeer(service.serve(IpcServer.builder()))) {
            String details = (String) peer.send(message).receiveData("details");
            assertTrue(details.startsWith("the field \"timestamp\" is not a time: xxx"), details);
            assertTrue(details.length() < 1000, () -> details.length() + " characters");
        }
    }
}
