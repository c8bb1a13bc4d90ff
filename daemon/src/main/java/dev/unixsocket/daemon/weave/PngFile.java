package dev.unixsocket.daemon.weave;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.imageio.ImageIO;

/** Writes a picture as PNG. */
final class PngFile {

    private PngFile() {}

    /** Writes the file, replacing one that is there. */
    static void write(Path file, GeneratedImage image) throws IOException {
        System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
        boolean alpha = image.channels() == 4;
        BufferedImage picture =
                new BufferedImage(
                        image.width(),
                        image.height(),
                        alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        long offset = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                int rgb = sample(image, offset) << 16;
                rgb |= sample(image, offset + 1) << 8;
                rgb |= sample(image, offset + 2);
                if (alpha) {
                    rgb |= sample(image, offset + 3) << 24;
                }
                picture.setRGB(x, y, rgb);
                offset += image.channels();
            }
        }
        try (var out = Files.newOutputStream(file)) {
            ImageIO.write(picture, "png", out);
        }
    }

    private static int sample(GeneratedImage image, long offset) {
        return Byte.toUnsignedInt(image.pixels().get(ValueLayout.JAVA_BYTE, offset));
    }
}
