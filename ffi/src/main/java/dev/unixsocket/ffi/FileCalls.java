package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** The system calls that take a path, with exceptions that name it. Thread-safe. */
final class FileCalls {

    // Two names of user.dir.
    private static final Path NOTHING = Path.of("");
    private static final Path HERE = Path.of(".");

    private FileCalls() {}

    /**
     * The bytes of a path for a system call, without the NUL that ends them. A relative path means
     * the file that it means to the rest of Java: below {@code user.dir}, also where that was set
     * to another directory than the process works in.
     *
     * @throws IllegalArgumentException if it is not a path of the operating system
     */
    static byte[] bytes(Path path) {
        Objects.requireNonNull(path, "path");
        if (path.isAbsolute() || UserDir.IS_WORKING_DIRECTORY) {
            return PathBytes.of(path.equals(NOTHING) ? HERE : path);
        }
        return PathBytes.of(path.toAbsolutePath());
    }

    /** Found out when the first relative path is used. */
    private static final class UserDir {

        static final boolean IS_WORKING_DIRECTORY = isWorkingDirectory();

        private static boolean isWorkingDirectory() {
            try (Arena arena = Arena.ofConfined()) {
                Optional<FileStatus> userDir = stat(NOTHING.toAbsolutePath());
                MemorySegment status = arena.allocate(Platform.CURRENT.statBytes(), Long.BYTES);
                int result = Syscalls.stat(arena.allocateFrom("."), status);
                FileStatus working = Platform.CURRENT.readStat(status);
                return result == 0 && userDir.isPresent() && userDir.get().sameInodeAs(working);
            } catch (SyscallException unreadable) {
                return false;
            }
        }
    }

    static MemorySegment cString(Path path, Arena arena) {
        return Text.cString(bytes(path), arena);
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
