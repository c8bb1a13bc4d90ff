package dev.unixsocket.services.server;

import dev.unixsocket.ffi.RegularFile;
import dev.unixsocket.services.wire.AtomicFile;
import dev.unixsocket.services.wire.FailureText;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A small file that this process wrote, and removes at its end if it still holds what was written.
 *
 * <p>Confined to one thread.
 */
final class OwnedFile implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private final Path path;
    private final byte[] content;

    private OwnedFile(Path path, byte[] content) {
        this.path = path;
        this.content = content;
    }

    /**
     * Writes it in one step, whatever was there.
     *
     * @param content in UTF-8
     */
    static OwnedFile write(Path path, String content) throws IOException {
        AtomicFile.write(path, content);
        return new OwnedFile(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes it again, as it was, if nothing has its name any more.
     *
     * @return its path if it was written
     */
    Optional<Path> restoreIfGone() throws IOException {
        if (!Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        AtomicFile.write(path, content);
        return Optional.of(path);
    }

    /** Removes it. That it cannot be removed is a warning: the process ends all the same. */
    @Override
    public void close() {
        try {
            Optional<RegularFile> now = RegularFile.read(path, content.length);
            if (now.isPresent() && Arrays.equals(now.get().content(), content)) {
                Files.deleteIfExists(path);
            }
        } catch (FileSystemException e) {
            warn(FailureText.reason(e));
        } catch (IOException e) {
            warn(e.getMessage());
        }
    }

    private void warn(String why) {
        LOG.log(Level.WARNING, path + " is not removed: " + why);
    }
}
