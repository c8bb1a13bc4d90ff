package dev.unixsocket.services.ipc;

import static dev.unixsocket.services.ipc.TestService.PATIENCE;
import static dev.unixsocket.services.ipc.TestService.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RawPeer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How the connections of a LiteBase service come and go, over both transports. */
@ParameterizedClass
@ValueSource(strings = {"unix", "tcp"})
class IpcConnectionsTest {

    @Parameter String transport;

    @TempDir Path directory;

    @RegisterExtension
    final TestService service = new TestService(() -> transport, () -> directory);

    @Test
    void aPeerThatSendsAByteNowAndThenIsGivenUp() throws IOException {
        IpcLimits limits = new IpcLimits(1024, Duration.ofMillis(200), PATIENCE);
        try (RawPeer peer = new RawPeer(service.serve(IpcServer.builder().limits(limits)))) {
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
                                    return new IpcResponse("x", Map.of("x", "x".repeat(500_000)));
                                });
        Address address = service.serve(builder);
        try (RawPeer stopped = new RawPeer(address);
                RawPeer other = new RawPeer(address)) {
            for (int i = 0; i < 50; i++) {
                stopped.send(message("m", "much"));
            }
            assertEquals("healthy", other.send(message("1", "health_check")).receiveData("status"));
            assertTrue(closed.await(120, TimeUnit.SECONDS));
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
        Address address = service.serve(IpcServer.builder().maxConnections(2));
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
                                    return new IpcResponse("done", Map.of("ok", true));
                                });
        Address address = service.serve(builder);
        try (RawPeer peer = new RawPeer(address);
                RawPeer idle = new RawPeer(address)) {
            peer.send(message("1", "slow"));
            begun.await();
            service.server().stop();
            assertEquals(Optional.empty(), idle.receive());
            stopped.countDown();
            assertEquals(true, peer.receiveData("ok"));
            assertEquals(Optional.empty(), peer.receive());
        }
    }

    @Test
    void aServerThatIsGoneIsAClearError() throws IOException {
        Address address = service.serve(IpcServer.builder());
        try (IpcClient client = IpcClient.connect(address, PATIENCE)) {
            client.request("health_check", Map.of());
            service.server().close();
            assertThrows(IOException.class, () -> client.request("health_check", Map.of()));
        }
        assertThrows(IOException.class, () -> IpcClient.connect(address, PATIENCE));
    }

    @Test
    void theSocketFileIsForThisUserAndIsRemovedAtTheEnd() throws IOException {
        service.serve(IpcServer.builder());
        Path file = directory.resolve("ipc.sock");
        if (transport.equals("unix")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        service.server().close();
        assertFalse(Files.exists(file));
    }

    @Test
    void manyConnectionsAreServedSideBySide() throws Exception {
        CountDownLatch together = new CountDownLatch(20);
        Address address =
                service.serve(
                        IpcServer.builder()
                                .on(
                                        "meet",
                                        (_, _) -> {
                                            together.countDown();
                                            together.await();
                                            return new IpcResponse("met", Map.of());
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
}
