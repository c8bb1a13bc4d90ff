package dev.unixsocket.services.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes a small file such that whoever reads it finds the old content or the new one, whole.
 * Stateless, thread-safe.
 */
public final class AtomicFile {

    /** Others may read it, whatever the mode of temporary files is. */
    private static final FileAttribute<Set<PosixFilePermission>> READABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    private AtomicFile() {}

    /**
     * Writes a file beside it, and renames that: rename(2). The mode is 0644 less the umask.
     *
     * @param content the bytes, or text in UTF-8
     * @throws FileSystemException about that file, whichever one beside it was the trouble; what
     *     was there is left as it is
     */
    public static void write(Path path, String content) throws FileSystemException {
        write(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #write(Path, String)}. */
    public static void write(Path path, byte[] content) throws FileSystemException {
        try {
            replace(path, content);
        } catch (IOException e) {
            throw new FileSystemException(path.toString(), null, FailureText.reason(e));
        }
    }

    private static void replace(Path path, byte[] content) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        Path fresh = Files.createTempFile(directory, "." + path.getFileName(), ".new", READABLE);
        try {
            Files.write(fresh, content);
            Files.move(
                    fresh,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
    }
}
