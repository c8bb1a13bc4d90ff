package dev.unixsocket.services.ipc;

import static dev.unixsocket.services.ipc.TestService.PATIENCE;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SharedMemoryLimit;
import dev.unixsocket.ffi.SharedMemorySocket;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RawPeer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A LiteBase service shares memory with clients that offer it, if it was told to. */
@EnabledOnOs(OS.LINUX)
class IpcSharedMemoryTest {

    /** What one connection counts. */
    private static final long ONE = 65_536 + 2 * IpcClient.RING_BYTES;

    @TempDir Path directory;

    @RegisterExtension final TestService service = new TestService(() -> "unix", () -> directory);

    private static IpcServer.Builder echo() {
        return IpcServer.builder()
                .on("echo", (request, _) -> new IpcResponse("echoed", request.data()));
    }

    private static void assertHealthy(IpcClient client) throws IOException {
        IpcMessage answer = client.request(IpcMessage.HEALTH_CHECK, Map.of());
        assertEquals("healthy", answer.data().get("status"));
    }

    /** Of which one is larger than a ring. */
    @Test
    void messagesGoThroughMemory() throws IOException {
        SharedMemoryLimit limit = new SharedMemoryLimit(ONE);
        Address address = service.serve(echo().sharedMemory(limit));
        try (IpcClient client = IpcClient.connectSharing(address, PATIENCE)) {
            for (int length : new int[] {0, 100, 3_000_000, 1, 70_000}) {
                Map<String, Object> data = Map.of("text", "x".repeat(length));
                assertEquals(data, client.request("echo", data).data());
                assertTrue(client.isShared());
            }
            assertEquals(ONE, limit.used());
        }
        Program.await(() -> limit.used() == 0, "the memory given back");
    }

    @Test
    void theLimitIsForAllConnections() throws IOException {
        SharedMemoryLimit limit = new SharedMemoryLimit(ONE);
        Address address = service.serve(echo().sharedMemory(limit));
        try (IpcClient first = IpcClient.connectSharing(address, PATIENCE);
                IpcClient second = IpcClient.connectSharing(address, PATIENCE)) {
            for (int i = 0; i < 3; i++) {
                assertHealthy(first);
                assertHealthy(second);
            }
            assertTrue(first.isShared());
            assertFalse(second.isShared());
        }
        Program.await(() -> limit.used() == 0, "the memory given back");
        try (IpcClient third = IpcClient.connectSharing(address, PATIENCE)) {
            assertHealthy(third);
            assertTrue(third.isShared());
        }
    }

    @Test
    void aServiceThatWasNotToldToGoesOnWithTheSocket() throws IOException {
        Address address = service.serve(echo());
        try (IpcClient client = IpcClient.connectSharing(address, PATIENCE)) {
            for (int i = 0; i < 3; i++) {
                Map<String, Object> data = Map.of("text", "x".repeat(100_000 * i));
                assertEquals(data, client.request("echo", data).data());
            }
            assertFalse(client.isShared());
        }
    }

    @Test
    void aClientThatOffersNothingGoesOnWithTheSocket() throws IOException {
        SharedMemoryLimit limit = new SharedMemoryLimit(Long.MAX_VALUE);
        Address address = service.serve(echo().sharedMemory(limit));
        try (IpcClient client = IpcClient.connect(address, PATIENCE);
                RawPeer raw = new RawPeer(address)) {
            assertHealthy(client);
            raw.send(TestService.message("1", IpcMessage.HEALTH_CHECK));
            assertEquals("healthy", raw.receiveData("status"));
            assertEquals(0, limit.used());
        }
    }

    @Test
    void aFrameThatStaysCutShortInMemoryIsGivenUp() throws IOException {
        IpcLimits limits = new IpcLimits(1 << 20, Duration.ofMillis(300), PATIENCE);
        SharedMemoryLimit limit = new SharedMemoryLimit(ONE);
        Address address = service.serve(echo().limits(limits).sharedMemory(limit));
        StreamSocket socket = StreamSocket.connect(address, PATIENCE);
        try (SharedMemorySocket peer = SharedMemorySocket.offer(socket, IpcClient.RING_BYTES)) {
            peer.receiveTimeout(PATIENCE);
            peer.write(new byte[2], 0, 2);
            assertTrue(peer.awaitAnswer(PATIENCE));
            peer.write(new byte[1], 0, 1);
            assertEquals(0, peer.read(new byte[1], 0, 1));
        }
    }

    @Test
    void aStopEndsAConnectionThatIsIdle() throws Exception {
        Address address = service.serve(echo().sharedMemory(new SharedMemoryLimit(ONE)));
        StreamSocket socket = StreamSocket.connect(address, PATIENCE);
        try (SharedMemorySocket peer = SharedMemorySocket.offer(socket, IpcClient.RING_BYTES)) {
            peer.receiveTimeout(PATIENCE);
            byte[] frame = IpcMessage.request(IpcMessage.HEALTH_CHECK, Map.of()).frame();
            peer.write(frame, 0, frame.length);
            assertTrue(peer.read(new byte[8192], 0, 8192) > 0);
            assertTrue(peer.isShared());
            service.server().stop();
            assertEquals(0, peer.read(new byte[1], 0, 1));
        }
    }
}
