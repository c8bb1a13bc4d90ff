package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/** Each call that meets a position which cannot be ends the connection, with an error. */
@EnabledOnOs(OS.LINUX)
class BrokenRingTest {

    private static final long CAPACITY = Shared.CAPACITY;

    private final MemorySegment control = Arena.ofAuto().allocate(RingControl.BYTES, 8);
    private final MemorySegment bytes = Arena.ofAuto().allocate(2 * CAPACITY);
    private final MemorySegment buffer = Arena.ofAuto().allocate(64);

    private interface Call<R> {
        Object make(R ring) throws IOException;
    }

    private void assertBroken(Call<Doorbell> call) throws IOException {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair()) {
            Doorbell bell = new Doorbell(pair.first());
            IOException e = assertThrows(IOException.class, () -> call.make(bell));
            assertTrue(e.getMessage().contains("what cannot be"), e::toString);
            assertTrue(bell.isHungUp());
            assertEquals(0, pair.second().read(buffer, 0, 1));
        }
    }

    @Test
    void aWriterWhosePeerHasTakenWhatWasNotThere() throws IOException {
        List<Call<RingOutput>> calls =
                List.of(
                        out -> out.write(buffer, 0, 10),
                        out -> out.write(new byte[10], 0, 10),
                        out -> out.write(ByteBuffer.allocate(10)),
                        out -> out.write(ByteBuffer.allocateDirect(10)),
                        out -> out.claim(CAPACITY));
        for (long head : List.of(1L, Long.MAX_VALUE, Long.MIN_VALUE, -CAPACITY - 1)) {
            for (Call<RingOutput> call : calls) {
                assertBroken(bell -> call.make(fullOutput(bell, head)));
            }
        }
    }

    /** Full, so that it looks where the peer is, which is nowhere. */
    private RingOutput fullOutput(Doorbell bell, long head) throws IOException {
        control.fill((byte) 0);
        RingOutput out = new RingOutput(new RingWriter(control, bytes, CAPACITY), bell);
        out.claim(CAPACITY);
        out.publish(CAPACITY);
        new RingControl(control).head(CAPACITY + head);
        return out;
    }

    @Test
    void aReaderWhosePeerHasPutInWhatCannotFit() throws IOException {
        List<Call<RingInput>> calls =
                List.of(
                        in -> in.read(buffer, 0, 10),
                        in -> in.read(new byte[10], 0, 10),
                        in -> in.read(ByteBuffer.allocate(10)),
                        in -> in.read(ByteBuffer.allocateDirect(10)),
                        in -> in.await(1));
        for (long tail : List.of(-1L, Long.MAX_VALUE, Long.MIN_VALUE, CAPACITY + 1)) {
            for (Call<RingInput> call : calls) {
                assertBroken(bell -> call.make(input(bell, tail)));
            }
        }
    }

    private RingInput input(Doorbell bell, long tail) {
        control.fill((byte) 0);
        new RingControl(control).tail(tail);
        return new RingInput(new RingReader(control, bytes, CAPACITY), bell);
    }
}
