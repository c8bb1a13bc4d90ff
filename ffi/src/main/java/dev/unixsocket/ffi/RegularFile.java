package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A small regular file as it was when it was read. Whatever else has the path, such as a FIFO whose
 * other end nobody opens, is recognised without waiting for it and without following a link.
 *
 * @param uid whom it belongs to
 * @param modified when its content last changed
 * @param content all of it
 */
public record RegularFile(int uid, Instant modified, byte[] content) {

    /**
     * Reads it: lstat(2), open(2) with {@code O_NOFOLLOW} and {@code O_NONBLOCK}, fstat(2),
     * pread(2).
     *
     * @param path of the file; a symbolic link is not followed
     * @param maxBytes the longest content that is read
     * @return empty when there is no such file
     * @throws IOException if it is something else, or longer; the message says what, as in "it is a
     *     symbolic link", and does not name the path
     * @throws SyscallException if a call fails; its message names the path
     */
    public static Optional<RegularFile> read(Path path, int maxBytes) throws IOException {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("a file cannot have " + maxBytes + " bytes");
        }
        Optional<FileStatus> found = FileCalls.lstat(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        requireRegular(found.get()); // opening a device can do things
        try (Arena arena = Arena.ofConfined()) {
            int fd =
                    Syscalls.open(
                            FileCalls.cString(path, arena), Platform.CURRENT.openFlagsToRead(), 0);
            if (Errno.ENOENT.is(fd)) {
                return Optional.empty(); // gone since
            }
            Sockets.check("open", fd, path);
            try {
                return Optional.of(read(fd, path, arena.allocate(maxBytes + 1L)));
            } finally {
                Syscalls.close(fd);
            }
        }
    }

    private static void requireRegular(FileStatus status) throws IOException {
        if (!status.isRegular()) {
            throw new IOException("it is " + status.kind());
        }
    }

    private static RegularFile read(int fd, Path path, MemorySegment buffer) throws IOException {
        FileStatus status = FileCalls.fstat(fd, path);
        requireRegular(status);
        long done = 0;
        long count;
        do {
            MemorySegment rest = buffer.asSlice(done);
            count = Syscalls.pread(fd, rest, rest.byteSize(), done);
            Sockets.check("read", count, path);
            done += count;
        } while (count > 0 && done < buffer.byteSize());
        if (done == buffer.byteSize()) {
            throw new IOException("it has more than " + (done - 1) + " bytes");
        }
        return new RegularFile(
                status.uid(),
                Instant.EPOCH.plus(status.modifiedNanos(), ChronoUnit.NANOS),
                buffer.asSlice(0, done).toArray(ValueLayout.JAVA_BYTE));
    }
}
