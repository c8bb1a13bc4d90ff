package dev.unixsocket.uds.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.Program;
import dev.unixsocket.uds.Spoken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code --shared-memory} of the distribution: both sides, one side, neither. */
@EnabledOnOs(OS.LINUX)
class SharedMemoryIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path folder;

    /** As large as a message may be; it takes seconds to compute and to compress. */
    private static final String[] LARGEST = {"--width=2048", "--height=1664"};

    private static final String[] SMALL = {"--width=128", "--height=64"};

    private Map<String, Object> draw(String[] size, Path into, String... options)
            throws IOException {
        List<String> all =
                new ArrayList<>(
                        List.of("weave", "send", "--prompt=a cat", "--seed=5", "--steps=1"));
        all.addAll(List.of(size));
        all.addAll(List.of("--json", "--out=" + into));
        all.add("--socket=" + Service.WEAVE.socketIn(folder));
        all.addAll(List.of(options));
        try (Program client = Program.dist("uds", all.toArray(String[]::new)).run()) {
            assertEquals("", client.stderr());
            assertEquals(0, client.awaitExit());
            return Json.object(client.stdout());
        }
    }

    @Test
    void aPictureIsHandedOverInMemoryOnlyIfBothSidesWantThat() throws IOException {
        Path expected = folder.resolve("expected.png");
        Path picture = folder.resolve("picture.png");
        try (Program daemon = Service.WEAVE.start(folder)) {
            assertFalse(draw(SMALL, expected).containsKey("shared_memory"));
            assertFalse(draw(SMALL, picture, "--shared-memory").containsKey("shared_memory"));
            assertSame(expected, picture);
            assertEquals(0, daemon.terminate());
        }
        try (Program daemon = Service.WEAVE.start(folder, "--shared-memory")) {
            assertEquals(true, draw(SMALL, picture, "--shared-memory").get("shared_memory"));
            assertSame(expected, picture);
            assertFalse(draw(SMALL, picture).containsKey("shared_memory"));
            assertSame(expected, picture);
            awaitNothingLeft(daemon);
            assertEquals(0, daemon.terminate());
        }
        try (Program daemon = Service.WEAVE.start(folder, "--shared-memory=100000")) {
            assertFalse(draw(SMALL, picture, "--shared-memory").containsKey("shared_memory"));
            assertSame(expected, picture);
            assertEquals(0, daemon.terminate());
        }
    }

    @Test
    void theLargestPictureIsHandedOverInMemory() throws IOException {
        Path expected = folder.resolve("expected.png");
        Path picture = folder.resolve("picture.png");
        try (Program daemon = Service.WEAVE.start(folder, "--shared-memory")) {
            assertFalse(draw(LARGEST, expected).containsKey("shared_memory"));
            assertEquals(true, draw(LARGEST, picture, "--shared-memory").get("shared_memory"));
            assertSame(expected, picture);
            assertEquals(0, daemon.terminate());
        }
    }

    private static void assertSame(Path expected, Path picture) throws IOException {
        assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(picture));
        Files.delete(picture);
    }

    /** Mappings and descriptors of rings in a process. */
    private static long rings(Program program) {
        Path of = Path.of("/proc/" + program.pid());
        try (var lines = Files.lines(of.resolve("maps"));
                var descriptors = Files.list(of.resolve("fd"))) {
            return lines.filter(line -> line.contains("unixsocket-rings")).count()
                    + descriptors.filter(SharedMemoryIT::isOfRings).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean isOfRings(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("unixsocket-rings");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static void awaitNothingLeft(Program program) {
        Program.await(() -> rings(program) == 0, "the end of all rings");
    }

    @Test
    void anIpcServiceSharesMemoryUntilItsClientLeaves() throws IOException {
        Address address = Address.path(Service.IPC.socketIn(folder));
        try (Program service = Service.IPC.start(folder, "--shared-memory")) {
            try (IpcClient client = IpcClient.connectSharing(address, PATIENCE)) {
                for (int i = 0; i < 100; i++) {
                    assertEquals(
                            "health_response", client.request("health_check", Map.of()).type());
                }
                assertTrue(client.isShared());
                assertTrue(rings(service) > 0);
            }
            awaitNothingLeft(service);
            try (Program client = send("--shared-memory")) {
                assertEquals(0, client.awaitExit());
                assertEquals("health_response", Json.object(client.stdout()).get("type"));
            }
            assertEquals(0, service.terminate());
        }
        try (Program service = Service.IPC.start(folder);
                Program client = send("--shared-memory")) {
            assertEquals(0, client.awaitExit());
            assertEquals("health_response", Json.object(client.stdout()).get("type"));
            assertEquals(0, service.terminate());
        }
    }

    private Program send(String... options) {
        List<String> all = new ArrayList<>(List.of("ipc", "send", "-thealth_check"));
        all.add("--socket=" + Service.IPC.socketIn(folder));
        all.addAll(List.of(options));
        return Program.dist("uds", all.toArray(String[]::new)).run();
    }

    /** The client is told by the end of the stream. */
    @Test
    void aServiceThatIsKilledEndsTheConnection() throws IOException {
        Address address = Address.path(Service.IPC.socketIn(folder));
        try (Program service = Service.IPC.start(folder, "--shared-memory");
                IpcClient client = IpcClient.connectSharing(address, PATIENCE)) {
            client.request("health_check", Map.of());
            assertTrue(client.isShared());
            service.kill();
            assertThrows(IOException.class, () -> client.request("health_check", Map.of()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ipc send -t health_check --port 9999 --shared-memory | not over TCP
                    ipc serve --shared-memory=many                       | must be 0 to
                    ipc --shared-memory send -t health_check             | belongs after "send"
                    weave serve --socket-path x --shared-memory          | not with --socket-path
                    """)
    void whatDoesNotGoTogetherIsRefused(String arguments, String why) {
        Spoken program = Spoken.uds(arguments.split(" +"));
        assertEquals(2, program.status());
        assertTrue(program.stderr().contains(why), program::stderr);
    }
}
