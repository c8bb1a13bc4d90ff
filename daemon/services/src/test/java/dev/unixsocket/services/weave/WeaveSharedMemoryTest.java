package dev.unixsocket.services.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SharedMemoryLimit;
import dev.unixsocket.ffi.SharedMemorySocket;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.Waiting;
import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A daemon hands pictures over in shared memory, if it was told to and the client offers it. */
@EnabledOnOs(OS.LINUX)
class WeaveSharedMemoryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private WeaveDaemon daemon;
    private Thread server;

    private void start(Optional<SharedMemoryLimit> limit) throws IOException {
        WeaveDaemon.Options usual = WeaveDaemon.Options.DEFAULT;
        WeaveDaemon.Options options =
                new WeaveDaemon.Options(
                        usual.readTimeout(), usual.writeTimeout(), 1, Waiting.block(), limit);
        daemon = WeaveDaemon.open(socket(), options);
        server = Thread.ofPlatform().start(daemon::run);
    }

    private Path socket() {
        return folder.resolve("weave/weave.sock");
    }

    @AfterEach
    void stop() throws Exception {
        daemon.stop();
        server.join();
        daemon.close();
    }

    private WeaveClient client() {
        return new WeaveClient(Address.path(socket()));
    }

    private static GenerateRequest request(int width, int height) {
        return GenerateRequest.of(7, width, height, 4, 7, 42, "a cat");
    }

    /** The largest has as many bytes as a message may have. */
    @ParameterizedTest
    @CsvSource({"64, 64", "512, 512", "2048, 1664"})
    void aPictureIsHandedOverInPlace(int width, int height) throws IOException {
        SharedMemoryLimit limit = new SharedMemoryLimit(1L << 30);
        start(Optional.of(limit));
        GeneratedImage expected = client().generate(request(width, height));
        AtomicReference<GeneratedImage> seen = new AtomicReference<>();
        for (int i = 0; i < 3; i++) {
            client().sharingMemory()
                    .generate(
                            request(width, height),
                            image -> {
                                assertTrue(image.shared() && image.pixels().isReadOnly());
                                assertEquals(-1, image.pixels().mismatch(expected.pixels()));
                                seen.set(image);
                            });
        }
        MemorySegment pixels = seen.get().pixels();
        assertThrows(IllegalStateException.class, () -> pixels.get(JAVA_BYTE, 0));
        GeneratedImage copy = client().sharingMemory().generate(request(width, height));
        assertFalse(copy.shared());
        assertEquals(-1, copy.pixels().mismatch(expected.pixels()));
        Program.await(() -> limit.used() == 0, "the memory given back");
    }

    @Test
    void aDaemonThatWasNotToldToOrHasNoneLeftGoesOnWithTheSocket() throws Exception {
        start(Optional.empty());
        GeneratedImage expected = client().generate(request(512, 512));
        assertGoesOn(expected);
        stop();
        start(Optional.of(new SharedMemoryLimit(1_000_000)));
        assertGoesOn(expected);
    }

    private void assertGoesOn(GeneratedImage expected) throws IOException {
        client().sharingMemory()
                .generate(
                        request(512, 512),
                        image -> {
                            assertFalse(image.shared());
                            assertEquals(-1, image.pixels().mismatch(expected.pixels()));
                        });
    }

    /** One that is refused after the header, one after all of it, and a picture then. */
    @Test
    void errorsComeThrough() throws IOException {
        start(Optional.of(new SharedMemoryLimit(1L << 30)));
        WeaveClient client = client().sharingMemory();
        WeaveException.Refused wrong =
                assertThrows(WeaveException.Refused.class, () -> client.generate(request(65, 64)));
        assertEquals(ErrorCode.INVALID_DIMENSIONS.number(), wrong.errorCode());
        WeaveException.Refused large =
                assertThrows(
                        WeaveException.Refused.class, () -> client.generate(request(2048, 2048)));
        assertEquals(ErrorCode.INVALID_DIMENSIONS.number(), large.errorCode());
        client.ping();
        assertEquals(7, client.generate(request(64, 64)).requestId());
    }

    /** While most of it is still in the socket. */
    @Test
    void anErrorBeforeTheRequestIsReadComesThrough() throws IOException {
        start(Optional.of(new SharedMemoryLimit(1L << 30)));
        StreamSocket socket = StreamSocket.connect(Address.path(socket()), PATIENCE);
        try (SharedMemorySocket memory = SharedMemorySocket.offer(socket, 65_536);
                Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(10_000);
            Weve.writeHeader(message, Weve.GENERATE_REQUEST, 9_984);
            Weve.u16(message, 4, 0);
            memory.write(message, 0, message.byteSize());
            WeaveException.Refused refused =
                    assertThrows(
                            WeaveException.Refused.class,
                            () -> new ResponseReader(memory, PATIENCE).read());
            assertEquals(ErrorCode.UNSUPPORTED_VERSION.number(), refused.errorCode());
            assertTrue(memory.isShared());
        }
    }

    /** A client whose rings are too small for the picture still gets it through them. */
    @Test
    void aPictureThatDoesNotFitIsStreamed() throws IOException {
        start(Optional.of(new SharedMemoryLimit(1L << 30)));
        GeneratedImage expected = client().generate(request(512, 512));
        GenerateRequest request = request(512, 512);
        StreamSocket socket = StreamSocket.connect(Address.path(socket()), PATIENCE);
        try (SharedMemorySocket memory = SharedMemorySocket.offer(socket, 65_536);
                Arena arena = Arena.ofConfined()) {
            memory.receiveTimeout(PATIENCE);
            MemorySegment message = arena.allocate(request.encodedBytes());
            request.encode(message);
            memory.write(message, 0, message.byteSize());
            GeneratedImage image = new ResponseReader(memory, PATIENCE).read();
            assertTrue(memory.isShared());
            assertFalse(image.shared());
            assertEquals(-1, image.pixels().mismatch(expected.pixels()));
        }
    }

    /** A client that leaves, at each step, costs the next one nothing. */
    @Test
    void aClientThatLeavesLeavesNothingBehind() throws IOException {
        SharedMemoryLimit limit = new SharedMemoryLimit(1L << 30);
        start(Optional.of(limit));
        GenerateRequest request = request(512, 512);
        for (int bytes : new int[] {1, 16, 17, (int) request.encodedBytes()}) {
            StreamSocket socket = StreamSocket.connect(Address.path(socket()), PATIENCE);
            try (SharedMemorySocket memory = SharedMemorySocket.offer(socket, 1 << 20);
                    Arena arena = Arena.ofConfined()) {
                MemorySegment message = arena.allocate(request.encodedBytes());
                request.encode(message);
                memory.write(message, 0, bytes);
            }
            assertEquals(7, client().sharingMemory().generate(request).requestId());
        }
        Program.await(() -> limit.used() == 0, "the memory given back");
    }
}
