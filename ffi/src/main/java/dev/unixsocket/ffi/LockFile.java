package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock that says who owns a socket file: {@code <socket>.lock}, locked with flock(2) for as
 * long as the process lives, with its PID in it for people to read. The kernel gives the lock back
 * when the process ends, however it ends. The file stays: were it unlinked, a process that has
 * opened it already and one that makes a new one could both hold "the" lock.
 *
 * <p>Thread-safe.
 */
public final class LockFile implements Closeable {

    private static final int MODE = 0600;

    // The same on Linux and on macOS.
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

    /** A PID in decimal, and a newline, fit with room to spare. */
    private static final int TEXT_BYTES = 32;

    /** How long the PID in the file may be that of the last owner while the new one writes its. */
    private static final Duration WRITING = Duration.ofMillis(200);

    private final Path path;
    private final Descriptor descriptor = new Descriptor();

    private LockFile(Path path) {
        this.path = path;
    }

    /** Where the lock file of a socket is: beside it, with {@code .lock} after its name. */
    public static Path of(Path socket) {
        return socket.resolveSibling(socket.getFileName() + ".lock");
    }

    /**
     * Takes the lock without waiting, and writes this process's PID into the file: open(2) with
     * {@code O_NOFOLLOW}, fstat(2), flock(2), ftruncate(2), write(2).
     *
     * @throws AlreadyRunningException if another process, or another part of this one, has it
     * @throws IOException if what is there is not a file of this user's
     * @throws SyscallException if a call fails: {@code ELOOP} for a symbolic link
     */
    public static LockFile take(Path path) throws IOException {
        LockFile lock = new LockFile(path);
        try (Arena arena = Arena.ofConfined()) {
            lock.open(arena);
            lock.lock(arena);
            lock.write(arena);
            return lock;
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
    }

    private void open(Arena arena) throws IOException {
        MemorySegment name = FileCalls.cString(path, arena);
        int fd = FileSyscalls.open(name, Platform.CURRENT.openFlags(), MODE);
        Sockets.check("open", fd, path);
        descriptor.open(fd, null);
        FileStatus status = FileCalls.fstat(fd, path);
        if (!status.isRegular()) {
            throw new IOException(path + " is " + status.kind() + ", not a lock file");
        }
        int uid = Syscalls.getuid();
        if (status.uid() != uid) {
            throw new IOException(
                    "%s belongs to uid %s, not to uid %s: its owner could take the lock away"
                            .formatted(
                                    path,
                                    Integer.toUnsignedString(status.uid()),
                                    Integer.toUnsignedString(uid)));
        }
    }

    private void lock(Arena arena) throws IOException {
        int fd = descriptor.acquire();
        try {
            int result = FileSyscalls.flock(fd, LOCK_EX | LOCK_NB);
            if (Errno.EAGAIN.is(result)) {
                throw new AlreadyRunningException(owner(fd, arena), path);
            }
            Sockets.check("flock", result, path);
        } finally {
            descriptor.release();
        }
    }

    /** The PID in the file; waits a little for one that is alive. */
    private static long owner(int fd, Arena arena) {
        MemorySegment text = arena.allocate(TEXT_BYTES);
        long end = System.nanoTime() + WRITING.toNanos();
        long pid;
        do {
            pid = parse(text, FileSyscalls.pread(fd, text, TEXT_BYTES, 0));
            if (pid > 0 && ProcessHandle.of(pid).isPresent()) {
                return pid;
            }
            LockSupport.parkNanos(1_000_000);
        } while (System.nanoTime() < end);
        return 0;
    }

    private static long parse(MemorySegment text, long length) {
        if (length <= 0) {
            return 0;
        }
        byte[] bytes = text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        String digits = new String(bytes, StandardCharsets.US_ASCII).strip();
        return digits.matches("[0-9]{1,10}") ? Long.parseLong(digits) : 0;
    }

    private void write(Arena arena) throws IOException {
        String pid = ProcessHandle.current().pid() + "\n";
        MemorySegment text = arena.allocateFrom(pid, StandardCharsets.US_ASCII);
        int fd = descriptor.acquire();
        try {
            Sockets.check("ftruncate", FileSyscalls.ftruncate(fd, 0), path);
            Sockets.check("write", Syscalls.write(fd, text, pid.length()), path);
        } finally {
            descriptor.release();
        }
    }

    /** The path of the file. */
    public Path path() {
        return path;
    }

    /** Gives the lock back; the file stays. A second call does nothing. */
    @Override
    public void close() {
        descriptor.close(fd -> {});
    }
}
