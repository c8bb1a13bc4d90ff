package dev.unixsocket.uds.weave;

import dev.unixsocket.services.weave.GeneratedImage;
import dev.unixsocket.uds.cli.OutputFile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes a picture as PNG. The JDK's writer is in {@code java.desktop}, which nothing else needs.
 */
final class PngFile {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int HEADER_BYTES = 13;
    private static final byte BITS_PER_SAMPLE = 8;
    private static final byte RGB = 2;
    private static final byte RGBA = 6;
    private static final int CRC_BYTES = 4;

    /** What zlib's format has around the data, with room to spare. */
    private static final int ZLIB_BYTES = 64;

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
            throw readOnly(directory)
                    ? new FileSystemException(file.toString(), null, "Read-only file system")
                    : new AccessDeniedException(file.toString());
        }
    }

    private static boolean readOnly(Path directory) {
        try {
            return Files.getFileStore(directory).isReadOnly();
        } catch (IOException e) {
            return false; // and the answer is that of access(2)
        }
    }

    /**
     * Writes the file. One that is there already is replaced when the new one is whole, and not at
     * all if that fails.
     */
    static void write(Path file, GeneratedImage image) throws IOException {
        OutputFile.write(file, encode(image));
    }

    private static Path directoryOf(Path file) {
        return file.toAbsolutePath().getParent();
    }

    /** PNG, third edition: 8 bits a sample, RGB or RGBA, no filter, not interlaced. */
    private static byte[] encode(GeneratedImage image) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(image.width()).putInt(image.height()).put(BITS_PER_SAMPLE);
        header.put(image.channels() == 4 ? RGBA : RGB);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        chunk(png, "IHDR", header.array(), HEADER_BYTES);
        byte[] rows = rows(image);
        byte[] compressed = new byte[rows.length + rows.length / 1000 + ZLIB_BYTES];
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(rows);
            deflater.finish();
            chunk(png, "IDAT", compressed, deflater.deflate(compressed));
        }
        chunk(png, "IEND", compressed, 0);
        return png.toByteArray();
    }

    /** Each row has the number of its filter before it; 0 is none. */
    private static byte[] rows(GeneratedImage image) {
        int length = image.width() * image.channels();
        byte[] rows = new byte[image.height() * (1 + length)];
        for (int y = 0; y < image.height(); y++) {
            MemorySegment.copy(
                    image.pixels(),
                    ValueLayout.JAVA_BYTE,
                    (long) y * length,
                    rows,
                    y * (1 + length) + 1,
                    length);
        }
        return rows;
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data, int length) {
        ByteBuffer chunk = ByteBuffer.allocate(Integer.BYTES + type.length() + length + CRC_BYTES);
        chunk.putInt(length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data, 0, length);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), Integer.BYTES, type.length() + length);
        png.writeBytes(chunk.putInt((int) crc.getValue()).array());
    }
}
