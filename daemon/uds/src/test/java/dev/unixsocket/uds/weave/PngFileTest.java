package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.services.weave.GeneratedImage;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Random;

import javax.imageio.ImageIO;

/** The pictures that are written are those that the JDK reads. */
class PngFileTest {

    @TempDir Path folder;

    /** Noise, which no compression makes smaller. */
    @ParameterizedTest
    @CsvSource({"64, 64, 3", "128, 64, 4", "2048, 1024, 3", "1, 1, 4"})
    void everyPixelIsThere(int width, int height, int channels) throws IOException {
        byte[] noise = new byte[width * height * channels];
        new Random(width).nextBytes(noise);
        Path file = folder.resolve("noise.png");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pixels = arena.allocateFrom(ValueLayout.JAVA_BYTE, noise);
            PngFile.write(file, new GeneratedImage(0, 0, width, height, channels, pixels, false));
        }
        BufferedImage read = ImageIO.read(file.toFile());
        assertEquals(channels == 4, read.getColorModel().hasAlpha());
        int next = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int argb = 0;
                for (int channel = 0; channel < channels; channel++) {
                    argb = argb << 8 | Byte.toUnsignedInt(noise[next++]);
                }
                int expected = channels == 4 ? Integer.rotateRight(argb, 8) : 0xFF << 24 | argb;
                assertEquals(expected, read.getRGB(x, y));
            }
        }
    }
}
