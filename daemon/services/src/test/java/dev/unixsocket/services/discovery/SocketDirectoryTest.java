package dev.unixsocket.services.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.stream.Collectors.toMap;

import dev.unixsocket.ffi.SocketProbe;
import dev.unixsocket.testing.TestSockets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a scan finds out about sockets. */
class SocketDirectoryTest {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);

    private Map<String, SocketState> states() throws IOException {
        return SocketDirectory.of(folder).scan().stream()
                .collect(toMap(socket -> socket.path().getFileName().toString(), s -> s.state()));
    }

    @Test
    void aListenerIsFoundWithItsProcess() throws IOException {
        Path path = sockets.listening("a.sock");
        DiscoveredSocket found = SocketDirectory.of(folder).scan().getFirst();
        assertEquals(path, found.path());
        assertEquals(SocketState.LISTENING, found.state());
        assertEquals(SocketProbe.Type.STREAM, found.type());
        assertEquals(Optional.of((int) ProcessHandle.current().pid()), found.pid());
        assertTrue(found.command().orElseThrow().contains("java"), found::toString);
        assertEquals(System.getProperty("user.name"), found.owner());
    }

    @Test
    void eachStateIsToldFromTheOthers() throws IOException {
        sockets.listening("listening");
        sockets.full("full");
        sockets.bound("bound");
        sockets.stale("stale");
        assertEquals(
                Map.of(
                        "listening", SocketState.LISTENING,
                        "full", SocketState.LISTENING,
                        "bound", SocketState.BOUND,
                        "stale", SocketState.STALE),
                states());
    }

    @Test
    void otherFilesAndLinksToSocketsAreLeftOut() throws IOException {
        Path socket = sockets.listening("a.sock");
        Files.createFile(folder.resolve("file"));
        Files.createSymbolicLink(folder.resolve("link.sock"), socket);
        assertEquals(List.of("a.sock"), List.copyOf(states().keySet()));
    }

    @Test
    void directoriesBelowAreSearchedWhenAskedFor() throws IOException {
        Files.createDirectories(folder.resolve("x/y"));
        sockets.listening("x/y/deep.sock");
        assertEquals(List.of(), SocketDirectory.of(folder).scan());
        Scan deep = new Scan(Scan.Depth.RECURSIVE, Scan.Handshake.OFF);
        assertEquals(
                folder.resolve("x/y/deep.sock"),
                SocketDirectory.of(folder).scan(deep).getFirst().path());
    }

    @Test
    void oneLevelBelowIsNoDeeper() throws IOException {
        Files.createDirectories(folder.resolve("x/y"));
        sockets.listening("a.sock");
        sockets.listening("x/b.sock");
        sockets.listening("x/y/c.sock");
        Scan oneBelow = new Scan(Scan.Depth.ONE_BELOW, Scan.Handshake.OFF);
        assertEquals(
                List.of(folder.resolve("a.sock"), folder.resolve("x/b.sock")),
                SocketDirectory.of(folder).scan(oneBelow).stream()
                        .map(DiscoveredSocket::path)
                        .toList());
    }

    @Test
    void aDirectoryIsFoundThroughALinkToIt() throws IOException {
        Files.createDirectory(folder.resolve("d"));
        sockets.listening("d/a.sock");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("d"));
        assertEquals(link.resolve("a.sock"), SocketDirectory.of(link).scan().getFirst().path());
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThrows(NotDirectoryException.class, SocketDirectory.of(file)::scan);
    }

    @Test
    void manySocketsThatDoNotAnswerAreWaitedForTogether() throws IOException {
        for (int i = 0; i < 64; i++) {
            sockets.full("full" + i);
        }
        assertEquals(64, states().size());
        assertFalse(states().containsValue(SocketState.UNKNOWN));
    }

    @Test
    void aPathThatNoAddressHoldsIsUnknown() throws IOException {
        Path socket = sockets.listening("a.sock");
        Files.createDirectory(folder.resolve("d"));
        Path longName = folder.resolve("d").resolve("x".repeat(120));
        Files.createLink(longName, socket);
        assertEquals(
                SocketState.UNKNOWN,
                SocketDirectory.of(folder.resolve("d")).scan().getFirst().state());
    }

    @Test
    void aDirectoryThatIsNotThereIsAnError() {
        SocketDirectory nowhere = SocketDirectory.of(folder.resolve("nowhere"));
        assertThrows(IOException.class, nowhere::scan);
        assertThrows(IOException.class, () -> nowhere.watch(event -> {}));
    }
}
