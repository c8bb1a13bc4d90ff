package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What memory reads and writes take. */
@EnabledOnOs(OS.LINUX)
class BuffersTest {

    @TempDir Path folder;

    private static String refusal(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void memoryOnTheHeapIsRefusedBySayingWhatIsNeeded() throws IOException {
        MemorySegment heap = MemorySegment.ofArray(new byte[16]);
        try (Connected connected = Connected.locally()) {
            StreamSocket socket = connected.server();
            List<Executable> calls =
                    List.of(
                            () -> socket.read(heap, 0, 16),
                            () -> socket.readNow(heap, 4, 8),
                            () -> socket.write(heap, 4, 8),
                            () -> socket.writeNow(heap, 0, 16));
            for (Executable call : calls) {
                assertTrue(refusal(call).startsWith("the buffer must be native memory"));
            }
            itStillWorks(connected);
        }
    }

    @Test
    void readOnlyMemoryIsNotReadIntoAndCanBeWrittenFrom() throws IOException {
        try (Connected connected = Connected.locally();
                Arena arena = Arena.ofConfined()) {
            StreamSocket socket = connected.server();
            MemorySegment readOnly = arena.allocateFrom("constant").asReadOnly();
            for (Executable call :
                    List.<Executable>of(
                            () -> socket.read(readOnly, 0, 8),
                            () -> socket.readNow(readOnly, 0, 8))) {
                assertTrue(refusal(call).startsWith("the buffer to read into is read-only"));
            }
            assertEquals("constant", readOnly.getString(0));
            assertEquals(8, socket.write(readOnly, 0, 8));
            assertEquals("constant", Connected.receive(connected.client()));
        }
    }

    private static void itStillWorks(Connected connected) throws IOException {
        Connected.send(connected.client(), "still there");
        assertEquals("still there", Connected.receive(connected.server()));
    }

    /** One write(2) takes 2 GiB less a page at most. */
    @Test
    void moreThanTheKernelTakesAtOnceIsWrittenWhole() throws Exception {
        long size = (2L << 30) + 8192;
        Path holes = folder.resolve("holes");
        try (FileChannel file =
                        FileChannel.open(
                                holes,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE);
                Arena arena = Arena.ofShared();
                Connected connected = Connected.locally()) {
            file.write(java.nio.ByteBuffer.allocate(1), size - 1);
            MemorySegment content = file.map(MapMode.READ_ONLY, 0, size, arena);
            WatchedThread<Long> writer =
                    WatchedThread.start(() -> connected.server().write(content, 0, size));
            MemorySegment buffer = arena.allocate(1 << 20);
            long read = 0;
            while (read < size) {
                read += connected.client().read(buffer, 0, buffer.byteSize());
            }
            assertEquals(size, writer.result());
        }
    }
}
