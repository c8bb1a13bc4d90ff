package dev.unixsocket.services.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.services.server.ProcessStart;
import dev.unixsocket.services.wire.Json;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether the server that a file tells of is alive. */
class TcpSidecarTest {

    private static final long OWN = ProcessHandle.current().pid();

    /** Larger than any that Linux gives. */
    private static final long NOBODY = 4_194_305;

    @TempDir Path directory;

    private EventName name;

    @BeforeEach
    void name() throws IOException {
        name = EventName.of("it");
    }

    private void write(Map<String, Object> facts) throws IOException {
        Map<String, Object> all = new HashMap<>(facts);
        all.put("endpoints", List.of("tcp://127.0.0.1:9000"));
        Files.writeString(name.sidecar(directory), Json.line(all));
    }

    private void assertAlive() throws IOException {
        assertEquals(Address.loopback(9000), TcpSidecar.read(name, directory));
    }

    private void assertStale() {
        EventException refusal =
                assertThrows(EventException.class, () -> TcpSidecar.read(name, directory));
        assertTrue(refusal.getMessage().contains("is stale"), refusal::getMessage);
    }

    @Test
    void aClockThatWasSetForwardKillsNobody() throws IOException {
        write(Map.of("pid", OWN, "started_at", "2001-01-01T00:00:00Z"));
        assertAlive();
    }

    @Test
    void aNumberThatAnotherProcessGotLaterIsNoSign() throws IOException {
        assumeTrue(ProcessStart.of(OWN).isPresent(), "there is no proc(5) here");
        write(Map.of("pid", OWN, "process_start", ProcessStart.of(OWN).get()));
        assertAlive();
        write(Map.of("pid", OWN, "process_start", "another-boot/1"));
        assertStale();
    }

    @Test
    void aNumberThatNobodyHasIsThatOfADeadServerUnlessItHoldsTheLock() throws IOException {
        write(Map.of("pid", NOBODY));
        assertStale();
        Path lock = LockFile.of(name.socket(directory));
        try (LockFile held = LockFile.take(lock)) {
            Files.writeString(held.path(), NOBODY + "\n"); // as in another PID namespace
            assertAlive();
            Files.writeString(held.path(), (NOBODY + 1) + "\n");
            assertStale();
        }
        assertStale();
    }
}
