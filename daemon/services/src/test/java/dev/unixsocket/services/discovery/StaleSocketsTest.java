package dev.unixsocket.services.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.testing.TestSockets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is removed, and what never is. */
class StaleSocketsTest {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);

    private List<StaleSockets.Verdict> clean() throws IOException {
        return clean(StaleSockets.Action.REMOVE);
    }

    private List<StaleSockets.Verdict> clean(StaleSockets.Action action) throws IOException {
        return StaleSockets.clean(
                folder,
                action,
                failure -> {
                    throw new UncheckedIOException(failure);
                });
    }

    @Test
    void aStaleSocketIsRemovedAndNothingElse() throws IOException {
        Path stale = sockets.stale("stale");
        List<Path> others =
                List.of(
                        sockets.listening("listening"),
                        sockets.full("full"),
                        sockets.bound("bound"),
                        Files.createFile(folder.resolve("file")));
        assertEquals(
                List.of(new StaleSockets.Verdict(stale, StaleSockets.Outcome.REMOVED, "")),
                clean());
        assertFalse(Files.exists(stale));
        others.forEach(other -> assertTrue(Files.exists(other), other::toString));
        try (var files = Files.list(folder)) {
            assertEquals(others.size(), files.count());
        }
    }

    @Test
    void aReportRemovesNothing() throws IOException {
        Path stale = sockets.stale("stale");
        assertEquals(
                StaleSockets.Outcome.WOULD_BE_REMOVED,
                clean(StaleSockets.Action.REPORT).getFirst().outcome());
        assertTrue(Files.exists(stale));
    }

    @Test
    void aStaleSocketWhoseLockIsHeldIsLeft() throws IOException {
        Path stale = sockets.stale("stale");
        try (LockFile lock = LockFile.take(LockFile.of(stale))) {
            StaleSockets.Verdict verdict = clean().getFirst();
            assertEquals(StaleSockets.Outcome.LEFT, verdict.outcome());
            assertTrue(verdict.reason().startsWith("already running (pid "), verdict.reason());
            assertTrue(Files.exists(stale));
            assertTrue(Files.exists(lock.path()));
        }
        assertEquals(StaleSockets.Outcome.REMOVED, clean().getFirst().outcome());
        assertTrue(Files.exists(LockFile.of(stale)));
    }
}
