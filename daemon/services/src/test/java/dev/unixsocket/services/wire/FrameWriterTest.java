package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How frames leave, and how long a peer may take to accept them; over both transports. */
@ParameterizedClass
@ValueSource(strings = {"unix", "tcp"})
class FrameWriterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration LIMIT = Duration.ofMillis(300);

    /** More than any buffers of the kernel hold. */
    private static final int LARGE = 32 * 1024 * 1024;

    @Parameter String transport;

    @TempDir Path directory;

    private StreamSocket writing;
    private StreamSocket reading;

    @BeforeEach
    void connect() throws IOException {
        Address address =
                transport.equals("tcp")
                        ? Address.loopback(0)
                        : Address.path(directory.resolve("frames.sock"));
        try (StreamListener listener = StreamListener.bind(address).listen(1)) {
            reading = StreamSocket.connect(listener.address(), PATIENCE);
            writing = listener.accept();
        }
    }

    @AfterEach
    void disconnect() {
        writing.close();
        reading.close();
    }

    @Test
    void aFrameThatIsLargerThanTheBuffersArrivesWhole() throws Exception {
        byte[] frame = new byte[LARGE];
        new Random(7).nextBytes(frame);
        FutureTask<byte[]> read = aside(() -> readFully(LARGE));
        FrameWriter writer = new FrameWriter(writing, PATIENCE);
        writer.add(frame);
        writer.flush();
        assertArrayEquals(frame, read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void aPeerThatTakesSomeNowAndThenDoesNotGetMoreTime() throws Exception {
        FrameWriter writer = new FrameWriter(writing, LIMIT);
        FutureTask<Long> read = aside(this::trickle);
        writer.add(new byte[LARGE]);
        SyscallException gaveUp = assertThrows(SyscallException.class, writer::flush);
        writing.close();
        assertTrue(gaveUp.timedOut(), gaveUp::getMessage);
        assertTrue(read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS) < LARGE);
    }

    @Test
    void eachFlushHasTheWholeTime() throws Exception {
        FrameWriter writer = new FrameWriter(writing, LIMIT);
        for (int i = 0; i < 3; i++) {
            LockSupport.parkNanos(LIMIT.toNanos() / 2);
            writer.add(new byte[] {1, 2, 3});
            writer.flush();
        }
        assertArrayEquals(new byte[] {1, 2, 3, 1, 2, 3, 1, 2, 3}, readFully(9));
    }

    @Test
    void withoutALimitItWaitsForAPeerThatIsSlow() throws Exception {
        FrameWriter writer = new FrameWriter(writing, Duration.ZERO);
        FutureTask<Long> written =
                aside(
                        () -> {
                            writer.add(new byte[LARGE]);
                            writer.flush();
                            return (long) LARGE;
                        });
        readFully(1024);
        LockSupport.parkNanos(LIMIT.toNanos());
        readFully(LARGE - 1024);
        assertEquals(LARGE, written.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void aPeerThatHasGoneIsSaidToBe() {
        FrameWriter writer = new FrameWriter(writing, PATIENCE);
        reading.close();
        SyscallException failure =
                assertThrows(
                        SyscallException.class,
                        () -> {
                            while (true) {
                                writer.add(new byte[1024]);
                                writer.flush();
                            }
                        });
        assertTrue(
                failure.errno() == Errno.EPIPE || failure.errno() == Errno.ECONNRESET,
                failure::getMessage);
    }

    private static <T> FutureTask<T> aside(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().daemon().start(future);
        return future;
    }

    /** Half a megabyte a second, until the end: how many bytes that were. */
    private long trickle() throws IOException {
        MemorySegment some = Arena.ofAuto().allocate(8 * 1024);
        long total = 0;
        while (true) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(15));
            long got = reading.read(some, 0, some.byteSize());
            if (got == 0 || !writing.isOpen()) {
                return total;
            }
            total += got;
        }
    }

    private byte[] readFully(int length) throws IOException {
        MemorySegment bytes = Arena.ofAuto().allocate(length);
        assertEquals(length, FullTransfer.read(reading, bytes, 0, length));
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }
}
