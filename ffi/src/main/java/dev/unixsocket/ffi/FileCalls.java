package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The system calls that take a path, with exceptions that name it. Thread-safe. */
final class FileCalls {

    /** The encoding in which this Java gives paths to the operating system. */
    private static final Charset PATH_ENCODING =
            Charset.forName(
                    System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);

    private FileCalls() {}

    /**
     * The bytes of a path as the kernel knows it, without the NUL that ends it.
     *
     * @throws IllegalArgumentException if they cannot be known: the path holds bytes that are not
     *     text, which its string does not show, or it is not one of the operating system's
     */
    static byte[] bytes(Path path) {
        String text = path.toString();
        if (!Path.of(text).equals(path)) {
            throw new IllegalArgumentException(
                    "not a path of the operating system in %s: %s".formatted(PATH_ENCODING, path));
        }
        return text.getBytes(PATH_ENCODING);
    }

    /** The path of which the kernel knows those first bytes. */
    static Path path(byte[] bytes, int length) {
        return Path.of(new String(bytes, 0, length, PATH_ENCODING));
    }

    static MemorySegment cString(Path path, Arena arena) {
        byte[] bytes = bytes(path);
        MemorySegment string = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, string, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return string;
    }

    /** stat(2); empty when there is no such file. */
    static Optional<FileStatus> stat(Path path) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(Platform.CURRENT.statBytes(), Long.BYTES);
            int result = Syscalls.stat(cString(path, arena), status);
            return found("stat", result, status, path);
        }
    }

    /** lstat(2), which does not follow a symbolic link; empty when there is no such file. */
    static Optional<FileStatus> lstat(Path path) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(Platform.CURRENT.statBytes(), Long.BYTES);
            int result = Syscalls.lstat(cString(path, arena), status);
            return found("lstat", result, status, path);
        }
    }

    private static Optional<FileStatus> found(
            String call, int result, MemorySegment status, Path path) throws SyscallException {
        if (Errno.ENOENT.is(result)) {
            return Optional.empty();
        }
        Sockets.check(call, result, path);
        return Optional.of(Platform.CURRENT.readStat(status));
    }

    /** mkdir(2). */
    static void mkdir(Path path, int mode) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            Sockets.check("mkdir", Syscalls.mkdir(cString(path, arena), mode), path);
        }
    }

    /** chmod(2). */
    static void chmod(Path path, int mode) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            Sockets.check("chmod", Syscalls.chmod(cString(path, arena), mode), path);
        }
    }

    /** lchown(2) of the group alone. */
    static void changeGroup(Path path, int gid) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            Sockets.check("chown", Syscalls.lchown(cString(path, arena), -1, gid), path);
        }
    }

    /** fstat(2) of an open file that has that path. */
    static FileStatus fstat(int fd, Path path) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(Platform.CURRENT.statBytes(), Long.BYTES);
            Sockets.check("fstat", Syscalls.fstat(fd, status), path);
            return Platform.CURRENT.readStat(status);
        }
    }

    /** unlink(2); a file that is gone already is no error. */
    static void unlink(Path path) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            int result = Syscalls.unlink(cString(path, arena));
            if (!Errno.ENOENT.is(result)) {
                Sockets.check("unlink", result, path);
            }
        }
    }
}
