package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Frames that nobody meant to send: 200,000, or as many as {@code -Dframes=1000000} says. The seed
 * makes a failure come again.
 */
class FrameFuzzTest {

    private static final int FRAMES = Integer.getInteger("frames", 200_000);
    private static final long SEED = 20261120;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private final byte[] sample =
            Arrays.copyOfRange(
                    MessagePackCodec.encodeFrame(
                            Map.of(
                                    "id",
                                    "a",
                                    "type",
                                    "health_check",
                                    "timestamp",
                                    Instant.EPOCH,
                                    "data",
                                    Map.of("n", List.of(1, 2.5, "x", new byte[3])))),
                    4,
                    100);

    @Test
    void eachGivesAMessageOrARefusalAndNothingElse() {
        FrameDecoder decoder = new FrameDecoder(1000);
        long used = 0;
        for (int i = 0; i < FRAMES; i++) {
            byte[] payload = i % 2 == 0 ? noise() : mutation();
            used = Math.max(used, decoder.capacity());
            decoder = decode(decoder, payload);
        }
        assertTrue(used <= 8192, "a decoder of such frames grew to " + used + " bytes");
    }

    /** A decoder that has refused a stream is of no use any more. */
    private FrameDecoder decode(FrameDecoder decoder, byte[] payload) {
        byte[] length = ByteBuffer.allocate(4).putInt(length(payload)).array();
        try {
            decoder.feed(MemorySegment.ofArray(length), 4);
            decoder.feed(MemorySegment.ofArray(payload), payload.length);
            while (decoder.next()) {
                MessagePackCodec.decodeMap(
                        decoder.array(), decoder.frameOffset(), decoder.frameLength());
            }
        } catch (FrameException refusal) {
            return new FrameDecoder(1000);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(HexFormat.of().formatHex(payload), e);
        }
        return decoder;
    }

    /** Now and then a wrong one. */
    private int length(byte[] payload) {
        return random.nextInt(50) == 0 ? random.nextInt() : payload.length;
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] mutation() {
        byte[] bytes = Arrays.copyOf(sample, random.nextInt(1, sample.length));
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }
}
