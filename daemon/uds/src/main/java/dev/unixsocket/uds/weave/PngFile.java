package dev.unixsocket.uds.weave;

import dev.unixsocket.services.weave.GeneratedImage;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

import javax.imageio.ImageIO;

/** Writes a picture as PNG. */
final class PngFile {

    private PngFile() {}

    /**
     * Finds out whether a file can be written before there is a picture to write.
     *
     * @throws FileSystemException if it cannot
     */
    static void check(Path file) throws FileSystemException {
        Path directory = directoryOf(file);
        if (Files.isDirectory(file) || file.toString().isEmpty()) {
            throw new FileSystemException("'" + file + "'", null, "is a directory");
        }
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (!Files.isWritable(Files.exists(file) ? file : directory)) {
            throw new AccessDeniedException(file.toString());
        }
    }

    /**
     * Writes the file. One that is there already is replaced when the new one is whole, and not at
     * all if that fails.
     */
    static void write(Path file, GeneratedImage image) throws IOException {
        byte[] png = encode(image);
        if (Files.exists(file) && !Files.isRegularFile(file)) { // a device or a pipe
            writeTo(file, png);
            return;
        }
        Path part = Files.createTempFile(directoryOf(file), ".png-", ".part");
        try {
            writeTo(part, png);
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static Path directoryOf(Path file) {
        return file.toAbsolutePath().getParent();
    }

    private static void writeTo(Path file, byte[] bytes) throws IOException {
        try {
            Files.write(file, bytes);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) { // such as a full disk, which Java says without the file's name
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }

    private static byte[] encode(GeneratedImage image) throws IOException {
        System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture(image), "png", png);
        return png.toByteArray();
    }

    private static BufferedImage picture(GeneratedImage image) {
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
        return picture;
    }

    private static int sample(GeneratedImage image, long offset) {
        return Byte.toUnsignedInt(image.pixels().get(ValueLayout.JAVA_BYTE, offset));
    }
}
