package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How a stream of bytes is cut into frames. */
class FrameDecoderTest {

    @Property(tries = 200)
    void framesComeOutAsTheyWentInHoweverTheyAreCut(
            @ForAll @Size(max = 20) List<byte @Size(max = 300) []> payloads,
            @ForAll @IntRange(min = 1, max = 400) int pieceBytes)
            throws IOException {
        byte[] stream = stream(payloads);
        FrameDecoder decoder = new FrameDecoder(1000);
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < stream.length; at += pieceBytes) {
            feed(decoder, Arrays.copyOfRange(stream, at, Math.min(stream.length, at + pieceBytes)));
            while (decoder.next()) {
                frames.add(frame(decoder));
            }
        }
        assertEquals(payloads.size(), frames.size());
        for (int i = 0; i < frames.size(); i++) {
            assertArrayEquals(payloads.get(i), frames.get(i));
        }
        assertFalse(decoder.isInsideFrame());
    }

    @Test
    void aLengthAboveTheLimitIsRefusedBeforeAnythingElseComes() {
        FrameDecoder decoder = new FrameDecoder(1000);
        feed(decoder, new byte[] {0, 0, 0x03, (byte) 0xE9});
        FrameException refusal = assertThrows(FrameException.class, decoder::next);
        assertEquals("a frame of 1001 bytes is too long, 1000 are allowed", refusal.getMessage());
    }

    @Test
    void aLengthIsAnUnsignedNumber() {
        FrameDecoder decoder = new FrameDecoder(1000);
        feed(decoder, new byte[] {-1, -1, -1, -1});
        assertTrue(
                assertThrows(FrameException.class, decoder::next)
                        .getMessage()
                        .contains("4294967295 bytes"));
    }

    @Test
    void anAnnouncedLengthAllocatesNothing() throws IOException {
        FrameDecoder decoder = new FrameDecoder(1 << 30);
        feed(decoder, new byte[] {0x3F, -1, -1, -1, 1, 2, 3});
        assertFalse(decoder.next());
        assertTrue(decoder.isInsideFrame());
        assertTrue(decoder.capacity() <= 4096, "it has " + decoder.capacity() + " bytes");
    }

    @Test
    void theMemoryOfALargeFrameIsGivenBack() throws IOException {
        FrameDecoder decoder = new FrameDecoder(10_000_000);
        feed(decoder, stream(List.of(new byte[9_000_000])));
        assertTrue(decoder.next());
        assertEquals(9_000_000, decoder.frameLength());
        assertFalse(decoder.next());
        assertTrue(decoder.capacity() <= 4096, "it has " + decoder.capacity() + " bytes");
    }

    @Test
    void itSaysWhetherAnotherFrameIsHere() throws IOException {
        FrameDecoder decoder = new FrameDecoder(1000);
        feed(decoder, stream(List.of(new byte[3], new byte[4])));
        assertTrue(decoder.next());
        assertTrue(decoder.hasNext());
        assertTrue(decoder.next());
        assertFalse(decoder.hasNext());
    }

    private static byte[] stream(List<byte[]> payloads) {
        ByteBuffer stream =
                ByteBuffer.allocate(payloads.stream().mapToInt(one -> 4 + one.length).sum());
        payloads.forEach(payload -> stream.putInt(payload.length).put(payload));
        return stream.array();
    }

    private static void feed(FrameDecoder decoder, byte[] bytes) {
        decoder.feed(MemorySegment.ofArray(bytes), bytes.length);
    }

    private static byte[] frame(FrameDecoder decoder) {
        return Arrays.copyOfRange(
                decoder.array(),
                decoder.frameOffset(),
                decoder.frameOffset() + decoder.frameLength());
    }
}
