package dev.unixsocket.services.weave;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The backend that ships: waves of colour that depend on the prompt, the seed and the size, under
 * noise that fades as the steps grow, as in a diffusion that has not finished. The same request
 * gives the same bytes on every machine: there is no floating point in it but for the table.
 *
 * <p>Allocates nothing. Confined to one thread.
 */
final class TestPattern implements GenerateBackend {

    /** Points of a full turn. */
    private static final int TURN = 1024;

    /** A sine as 0 to 255. {@link StrictMath} gives the same values on every machine. */
    private static final short[] WAVE = new short[TURN];

    static {
        for (int i = 0; i < TURN; i++) {
            WAVE[i] = (short) Math.round(127.5 + 127.5 * StrictMath.sin(2 * Math.PI * i / TURN));
        }
    }

    /** Weights add up to this. */
    private static final int WHOLE = 256;

    TestPattern() {}

    @Override
    public void generate(RequestView request, long seed, MemorySegment pixels) {
        int width = request.width();
        int height = request.height();
        long key = mix(seed ^ promptHash(request));
        int scaleX = TURN * (1 + bits(key, 0, 2)) * 256 / width;
        int scaleY = TURN * (1 + bits(key, 2, 2)) * 256 / height;
        int phase = bits(key, 4, 10);
        int twist = 1 + bits(key, 14, 2);
        int green = bits(key, 16, 10);
        int blue = bits(key, 26, 10);
        int clarity = WHOLE - WHOLE * 4 / (request.steps() + 3);
        long noise = key;
        long offset = 0;
        for (int y = 0; y < height; y++) {
            int rowWave = y * scaleY >> 8;
            for (int x = 0; x < width; x++) {
                int column = x * scaleX >> 8;
                int bend = WAVE[(rowWave * twist + phase) & (TURN - 1)];
                int angle = column + rowWave + 2 * bend + WAVE[(column + phase) & (TURN - 1)];
                noise = noise * 6364136223846793005L + 1442695040888963407L;
                int grain = (int) (noise >>> 33);
                put(pixels, offset, WAVE[angle & (TURN - 1)], grain, clarity);
                put(pixels, offset + 1, WAVE[(angle + green) & (TURN - 1)], grain >> 8, clarity);
                put(pixels, offset + 2, WAVE[(angle + blue) & (TURN - 1)], grain >> 16, clarity);
                offset += 3;
            }
        }
    }

    private static void put(MemorySegment pixels, long offset, int colour, int grain, int clarity) {
        int value = (colour * clarity + (grain & 0xFF) * (WHOLE - clarity)) / WHOLE;
        pixels.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    private static long promptHash(RequestView request) {
        long hash = 0xcbf29ce484222325L; // FNV-1a
        for (int i = 0; i < request.t5PromptLength(); i++) {
            hash = (hash ^ (request.t5PromptByte(i) & 0xFF)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64: every bit of the input changes about half of the output. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static int bits(long key, int from, int count) {
        return (int) (key >>> from) & ((1 << count) - 1);
    }
}
