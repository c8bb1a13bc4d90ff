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
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** What a watch tells. */
class SocketWatchTest {

    private static final int MANY = 1000;

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);
    private SocketWatch watch;
    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    /** Whoever has it holds up the watch when it has something to tell. */
    private final ReentrantLock gate = new ReentrantLock();

    @BeforeEach
    void start() throws IOException {
        watch = watch(folder, Duration.ofMillis(200));
    }

    private SocketWatch watch(Path directory, Duration interval) throws IOException {
        return SocketDirectory.of(directory).watch(this::tell, interval);
    }

    private void tell(SocketEvent event) {
        gate.lock();
        try {
            told.add(event.kind() + " " + event.path().getFileName());
        } finally {
            gate.unlock();
        }
    }

    /** A watch of a directory that it lists once, so that all else is told because of events. */
    private SocketWatch watchByEvents(Path directory) throws IOException, InterruptedException {
        SocketWatch byEvents = watch(directory, Duration.ofHours(1));
        assertTrue(byEvents.awaitFirst(Program.PATIENCE));
        return byEvents;
    }

    /** Takes the gate, and has the watch wait for it; {@code first} listens then. */
    private void holdUp(String first) throws IOException {
        gate.lock();
        sockets.listening(first);
        Program.await(gate::hasQueuedThreads, "a watch with something to tell");
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

    @Test
    void changesAreToldInTheOrderInWhichTheyWereMade() throws Exception {
        Path below = Files.createDirectory(folder.resolve("below"));
        try (SocketWatch _ = watchByEvents(below)) {
            Path old = sockets.listening("below/m");
            awaitTold("appeared m", "listening m");
            holdUp("below/z");
            sockets.listening("below/b");
            Files.delete(old);
            sockets.listening("below/a");
            gate.unlock();
            awaitTold(
                    "appeared z",
                    "listening z",
                    "appeared b",
                    "listening b",
                    "disappeared m",
                    "appeared a",
                    "listening a");
        }
    }

    @Test
    void aSocketThatComesAndGoesBetweenTwoLooksIsNotTold() throws Exception {
        Path below = Files.createDirectory(folder.resolve("below"));
        try (SocketWatch _ = watchByEvents(below)) {
            holdUp("below/first");
            Files.delete(sockets.listening("below/gone"));
            Files.delete(sockets.listening("below/again"));
            sockets.listening("below/again");
            sockets.listening("below/last");
            gate.unlock();
            awaitTold(
                    "appeared first",
                    "listening first",
                    "appeared again",
                    "listening again",
                    "appeared last",
                    "listening last");
        }
    }

    @Test
    void aSocketThatIsRenamedGoesAndComes() throws Exception {
        Path below = Files.createDirectory(folder.resolve("below"));
        try (SocketWatch _ = watchByEvents(below)) {
            Path path = sockets.listening("below/a");
            awaitTold("appeared a", "listening a");
            Path other = Files.move(path, below.resolve("b"));
            awaitTold("disappeared a", "appeared b", "listening b");
            sockets.listening("below/c");
            awaitTold("appeared c", "listening c");
            Files.move(other, below.resolve("c"), StandardCopyOption.ATOMIC_MOVE);
            awaitTold("disappeared b", "disappeared c", "appeared c", "listening c");
        }
    }

    @Test
    void eventsThatOverflowLoseNothing() throws Exception {
        Path below = Files.createDirectory(folder.resolve("below"));
        try (SocketWatch _ = watchByEvents(below)) {
            Path old = sockets.listening("below/old");
            awaitTold("appeared old", "listening old");
            holdUp("below/first");
            for (int i = 0; i < MANY; i++) { // twice what a WatchService keeps
                sockets.listening("below/s" + i);
            }
            Files.delete(old);
            gate.unlock();
            int all = 2 + 2 * MANY + 1;
            Program.await(() -> told.size() >= all, "all events");
            assertEquals(all, told.size());
            assertEquals(all, told.stream().distinct().count());
            assertTrue(told.contains("disappeared old"));
            assertEquals(MANY + 1, count("listening"));
        }
    }

    @Test
    void aDirectoryThatIsMadeAnewIsWatchedOn() throws Exception {
        Path below = Files.createDirectory(folder.resolve("below"));
        try (SocketWatch _ = watchByEvents(below)) {
            holdUp("below/old");
            sockets.die(below.resolve("old")); // else the kernel keeps the directory
            Files.delete(below.resolve("old"));
            Files.delete(below);
            Files.createDirectory(below);
            gate.unlock();
            awaitTold("appeared old", "disappeared old");
            sockets.listening("below/new");
            awaitTold("appeared new", "listening new");
        }
    }
}
