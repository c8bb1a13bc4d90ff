package dev.unixsocket.services.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.TestSockets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** What a watch tells. */
class SocketWatchTest {

    private static final int MANY = 1000;

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);
    private SocketWatch watch;
    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws IOException {
        watch =
                SocketDirectory.of(folder)
                        .watch(
                                event -> told.add(event.kind() + " " + event.path().getFileName()),
                                Duration.ofMillis(200));
    }

    @AfterEach
    void stop() throws IOException {
        watch.close();
    }

    private void awaitTold(String... events) {
        Program.await(() -> told.size() >= events.length, List.of(events) + " in " + told);
        assertEquals(List.of(events), List.copyOf(told));
        told.clear();
    }

    @Test
    void aSocketsLifeIsToldInOrder() throws IOException {
        Path path = sockets.listening("a.sock");
        awaitTold("appeared a.sock", "listening a.sock");
        sockets.die(path);
        awaitTold("stale a.sock");
        Files.delete(path);
        awaitTold("disappeared a.sock");
    }

    @Test
    void aSocketThatIsBoundAppearsAndListensWhenItDoes() throws IOException {
        try (StreamListener later = StreamListener.bind(Address.path(folder.resolve("b.sock")))) {
            awaitTold("appeared b.sock");
            later.listen(1);
            awaitTold("listening b.sock");
        }
    }

    @Test
    void aSocketThatTakesAnothersPlaceIsAnotherSocket() throws IOException {
        Path path = sockets.listening("a.sock");
        awaitTold("appeared a.sock", "listening a.sock");
        Files.delete(path);
        sockets.listening("a.sock");
        awaitTold("disappeared a.sock", "appeared a.sock", "listening a.sock");
    }

    @Test
    void theListenerDoesNotNoticeThatItIsWatched() throws IOException {
        try (StreamListener listener = StreamListener.bind(Address.path(folder.resolve("a")))) {
            listener.listen(0); // room for one connection, which is the test connection
            awaitTold("appeared a", "listening a");
            sockets.stale("b"); // whose staleness takes two looks
            awaitTold("appeared b", "stale b");
            listener.accept().close();
            SocketDirectory.of(folder).scan();
            listener.accept().close(); // of the scan, and of no other
        }
    }

    @Test
    void thousandSocketsMadeAndRemovedAtOnceAreAllTold() throws IOException {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            paths.add(sockets.listening("s" + i));
        }
        Program.await(() -> count("listening") == MANY, "a thousand listeners");
        assertEquals(MANY, count("appeared"));
        for (Path path : paths) {
            Files.delete(path);
        }
        Program.await(() -> count("disappeared") == MANY, "their end");
        assertEquals(3 * MANY, told.stream().collect(Collectors.toSet()).size());
        assertEquals(3 * MANY, told.size());
    }

    private long count(String kind) {
        return told.stream().filter(event -> event.startsWith(kind + " ")).count();
    }

    @Test
    void aDirectoryThatGoesEndsTheWatch() throws Exception {
        Path below = Files.createDirectory(folder.resolve("below"));
        try (SocketWatch other =
                SocketDirectory.of(below).watch(event -> {}, Duration.ofMillis(50))) {
            Files.delete(below);
            assertTrue(other.await().isPresent());
        }
    }

    @Test
    void aSocketThatIsTouchedIsTheSame() throws IOException {
        Path path = sockets.listening("a.sock");
        awaitTold("appeared a.sock", "listening a.sock");
        Files.setLastModifiedTime(path, FileTime.fromMillis(0));
        sockets.listening("b.sock");
        awaitTold("appeared b.sock", "listening b.sock");
    }
}
