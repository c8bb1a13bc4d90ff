package dev.unixsocket.services.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.Meter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A stop that comes when a connection was accepted and its request was not read. */
class StopTest {

    private static final GenerateRequest REQUEST = GenerateRequest.of(7, 64, 64, 4, 7, 1, "a cat");

    @TempDir private Path folder;
    private Path socket;
    private WeaveDaemon daemon;
    private Thread server;

    @BeforeEach
    void start() throws IOException {
        socket = folder.resolve("weave/weave.sock");
        daemon =
                WeaveDaemon.open(
                        () -> Listener.open(WeaveDaemon.listener(socket)).count(new Stopping()),
                        WeaveDaemon.Options.DEFAULT);
        server = Thread.ofPlatform().start(daemon::run);
    }

    @AfterEach
    void end() throws IOException {
        daemon.close();
    }

    /** Stops the daemon when a connection was let in, and returns once it waits for its end. */
    private final class Stopping implements Meter {
        @Override
        public void opened() {
            Thread stopping = Thread.ofPlatform().start(daemon::stop);
            while (stopping.isAlive() && stopping.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void theRequestIsAnswered() throws Exception {
        GeneratedImage image = new WeaveClient(Address.path(socket)).generate(REQUEST);
        assertEquals(7, image.requestId());
        server.join();
    }

    @Test
    void aPeerThatSendsNothingIsLetGo() throws Exception {
        try (StreamSocket idle =
                StreamSocket.connect(Address.path(socket), Duration.ofSeconds(60))) {
            idle.receiveTimeout(Duration.ofSeconds(20)); // far less than the daemon's own limit
            assertEquals(0, idle.read(new byte[1], 0, 1));
            server.join();
        }
        assertThrows(
                IOException.class, () -> new WeaveClient(Address.path(socket)).generate(REQUEST));
    }
}
