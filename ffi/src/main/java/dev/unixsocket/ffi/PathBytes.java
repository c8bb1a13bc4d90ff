package dev.unixsocket.ffi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * The bytes of a path, as the kernel knows it. They need not be text: a file can have any name
 * without a NUL and a slash in it, and {@link Path#toString} shows a replacement character for what
 * is no text, which would be the name of another file.
 *
 * <p>Stateless, thread-safe.
 */
public final class PathBytes {

    /** The encoding in which this Java gives paths to the operating system. */
    static final Charset ENCODING =
            Charset.forName(
                    System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);

    private static final String FILE = "file://";

    /** What a URI has as it is. */
    private static final String UNRESERVED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

    private PathBytes() {}

    /**
     * The bytes of a path as it is given, absolute or relative, without the NUL that C ends it
     * with.
     *
     * @param path of the default file system
     * @return a new array
     * @throws IllegalArgumentException if it is not a path of the operating system
     */
    public static byte[] of(Path path) {
        Objects.requireNonNull(path, "path");
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException("not a path of the operating system: " + path);
        }
        String text = path.toString();
        return Path.of(text).equals(path) ? text.getBytes(ENCODING) : ofUri(path);
    }

    /** A URI has the bytes themselves, but is always absolute. */
    private static byte[] ofUri(Path path) {
        String encoded = Path.of("/").resolve(path).toUri().getRawPath();
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char character = encoded.charAt(i);
            if (character == '%') {
                character = (char) Integer.parseInt(encoded, i + 1, i + 3, 16);
                i += 2;
            }
            bytes[length++] = (byte) character;
        }
        if (bytes[length - 1] == '/') { // of a directory
            length--;
        }
        return Arrays.copyOfRange(bytes, path.isAbsolute() ? 0 : 1, length);
    }

    /**
     * The path that has those bytes.
     *
     * @param bytes without the NUL that C ends it with
     * @return the path, which need not exist
     * @throws IllegalArgumentException if there is a NUL among them
     */
    public static Path path(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        String text = new String(bytes, ENCODING);
        return Arrays.equals(text.getBytes(ENCODING), bytes) ? Path.of(text) : fromUri(bytes);
    }

    private static Path fromUri(byte[] bytes) {
        boolean absolute = bytes[0] == '/';
        StringBuilder encoded = new StringBuilder(absolute ? FILE : FILE + "/");
        for (byte unit : bytes) {
            char character = (char) (unit & 0xFF);
            if (UNRESERVED.indexOf(character) >= 0) {
                encoded.append(character);
            } else {
                encoded.append("%%%02x".formatted((int) character));
            }
        }
        Path path = Path.of(URI.create(encoded.toString()));
        return absolute ? path : path.subpath(0, path.getNameCount());
    }

    /** The path with an ending after its name, which must be ASCII. */
    static Path append(Path path, String ending) {
        String longer = new String(of(path), ISO_8859_1) + ending; // a character for each byte
        return path(longer.getBytes(ISO_8859_1));
    }
}
