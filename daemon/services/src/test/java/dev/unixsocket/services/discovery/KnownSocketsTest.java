package dev.unixsocket.services.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.TestSockets;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What looks at a directory, and at single paths in it, tell. */
class KnownSocketsTest {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);
    private final List<String> told = new ArrayList<>();
    private KnownSockets known;

    @BeforeEach
    void know() {
        known = new KnownSockets(folder, this::tell, Duration.ofHours(1));
    }

    private void tell(SocketChange change) {
        told.add(change.event().kind() + " " + change.event().path().getFileName());
    }

    private void assertTold(String... events) {
        assertEquals(List.of(events), told);
        told.clear();
    }

    private void retryUntilTold() {
        Program.await(
                () -> {
                    known.retry();
                    return !told.isEmpty();
                },
                "a socket that has become ready");
    }

    @Test
    void aLookAtOnePathTellsOfNoOther() throws IOException {
        Path a = sockets.listening("a");
        sockets.listening("b");
        known.lookAt(a);
        assertTold("appeared a", "listening a");
        known.lookAtAll();
        assertTold("appeared b", "listening b");
        Files.delete(a);
        Files.delete(folder.resolve("b"));
        known.lookAtGone(a);
        assertTold("disappeared a");
        known.lookAtAll();
        assertTold("disappeared b");
    }

    @Test
    void aPathThatIsNoSocketsIsNotTold() throws IOException {
        known.lookAt(folder.resolve("none"));
        known.lookAtGone(folder.resolve("none"));
        known.lookAt(Files.createFile(folder.resolve("file")));
        known.lookAt(Files.createSymbolicLink(folder.resolve("link"), sockets.listening("a")));
        assertTold();
    }

    @Test
    void anEventThatComesLateChangesNothing() throws IOException {
        Path a = sockets.listening("a");
        known.lookAtAll();
        assertTold("appeared a", "listening a");
        known.lookAt(a);
        known.lookAtGone(a); // of a file that had the path before
        assertTold();
    }

    @Test
    void aSocketThatTookThePathIsToldByItsOwnEvent() throws IOException {
        Path a = sockets.listening("a");
        known.lookAtAll();
        Files.delete(a);
        sockets.listening("a");
        told.clear();
        known.lookAtGone(a);
        assertTold("disappeared a");
        known.lookAt(a);
        assertTold("appeared a", "listening a");
    }

    @Test
    void aSocketThatIsNotReadyIsTestedAgainWithoutAnEvent() throws IOException {
        Path path = folder.resolve("a");
        try (StreamListener later = StreamListener.bind(Address.path(path))) {
            known.lookAt(path);
            known.lookAt(path);
            assertTold("appeared a");
            later.listen(1);
            retryUntilTold();
            assertTold("listening a");
            assertEquals(Long.MAX_VALUE, known.nanosUntilRetry());
        }
    }

    @Test
    void aSocketIsStaleWhenItWasSoForAWhile() throws IOException {
        Path a = sockets.stale("a");
        known.lookAt(a);
        known.lookAt(a);
        known.lookAtAll();
        assertTold("appeared a");
        assertTrue(known.nanosUntilRetry() < Long.MAX_VALUE);
        retryUntilTold();
        assertTold("stale a");
    }
}
