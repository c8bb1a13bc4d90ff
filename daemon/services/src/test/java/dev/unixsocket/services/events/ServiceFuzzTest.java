package dev.unixsocket.services.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.ipc.IpcServer;
import dev.unixsocket.testing.EventChannelsIn;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RawPeer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Noise on real connections: neither service notices, and nothing is left of it. */
class ServiceFuzzTest {

    private static final int CONNECTIONS = 300;
    private static final int FRAMES = 50;
    private static final long SEED = 20261120;
    private static final long KEPT_BYTES = 32L * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void noiseLeavesAnIpcServerAsItWas() throws IOException {
        Address address = Address.path(directory.resolve("ipc.sock"));
        try (IpcServer _ = IpcServer.builder().listen(address).start()) {
            makeNoise(address);
            try (IpcClient client = IpcClient.connect(address, PATIENCE)) {
                assertEquals("health_response", client.request("health_check", Map.of()).type());
            }
        }
    }

    @Test
    void noiseLeavesAnEventServerAsItWas() throws Exception {
        EventSettings settings =
                EventSettings.defaults().with("socket.socket_dir", directory.toString());
        try (EventServer server = new EventServerBuilder("fuzz", settings).listenUnix().start()) {
            makeNoise(server.address());
            Program.await(() -> server.clients().isEmpty(), "the end of all noise");
            try (EventClient client = EventChannelsIn.client(directory, "fuzz")) {
                server.awaitClients(1, PATIENCE);
                server.send(Map.of("n", 1L));
                assertEquals(1L, client.receive(PATIENCE).data().get("n"));
            }
        }
    }

    private void makeNoise(Address address) throws IOException {
        connect(address); // so that what is made once is there
        long descriptors = descriptors();
        long bytes = usedBytes();
        for (int i = 0; i < CONNECTIONS; i++) {
            connect(address);
        }
        Program.await(() -> descriptors() <= descriptors, "the descriptors that there were");
        long after = usedBytes();
        assertTrue(after - bytes < KEPT_BYTES, () -> bytes + " bytes grew to " + after);
    }

    /** The service may close at any time, which is no failure here. */
    private void connect(Address address) throws IOException {
        try (RawPeer peer = new RawPeer(address)) {
            for (int i = 0; i < FRAMES; i++) {
                byte[] payload = new byte[random.nextInt(100)];
                random.nextBytes(payload);
                int length = random.nextInt(10) == 0 ? random.nextInt() : payload.length;
                peer.send(
                        ByteBuffer.allocate(4 + payload.length)
                                .putInt(length)
                                .put(payload)
                                .array());
            }
            peer.end();
        } catch (SyscallException e) {
            assertTrue(e.errno().name().matches("EPIPE|ECONNRESET|ENOTCONN"), e.getMessage());
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
