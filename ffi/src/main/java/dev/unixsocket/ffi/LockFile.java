package dev.unixsocket.ffi;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
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
    private static final String ENDING = ".lock";

    // The same on Linux and on macOS.
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

    /** A PID in decimal, and a newline, fit with room to spare. */
    private static final int TEXT_BYTES = 32;

    /** How long the PID in the file may be that of the last owner while the new one writes its. */
    private static final Duration WRITING = Duration.ofSeconds(2);

    private static final long RETRY_NANOS = 1_000_000;

    private final Path path;
    private final Descriptor descriptor = new Descriptor();

    private LockFile(Path path) {
        this.path = path;
    }

    /**
     * Where the lock file of a socket is: beside it, with {@code .lock} after its name.
     *
     * @param socket the path of the socket file
     * @return the path of its lock file
     */
    public static Path of(Path socket) {
        return PathBytes.append(socket, ENDING);
    }

    /**
     * Takes the lock, and writes this process's PID into the file: open(2) with {@code O_NOFOLLOW},
     * fstat(2), chmod(2) if others can open it, flock(2), ftruncate(2), write(2). Does not wait for
     * a process that lives; one that cleans up holds the lock for a moment without writing its PID,
     * and is waited for.
     *
     * @param path of the lock file, see {@link #of}
     * @return the lock, which {@link #close} gives back
     * @throws AlreadyRunningException if another process, or another part of this one, has it
     * @throws IOException if what is there is not a file of this user's, has another name beside
     *     this one, or holds more than a number; it is left as it is
     * @throws SyscallException if a call fails: {@code ELOOP} for a symbolic link
     */
    public static LockFile take(Path path) throws IOException {
        LockFile lock = new LockFile(path);
        try (Arena arena = Arena.ofConfined()) {
            lock.openOwn(arena);
            lock.lock(arena);
            lock.requireNumber(arena);
            lock.write(arena);
            return lock;
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
    }

    /**
     * Takes the lock of a file that is there, whoever's it is, and leaves the PID in it as it is:
     * for a moment, to clean up after the process that had it.
     *
     * @param path of the lock file, see {@link #of}
     * @return the lock, which {@link #close} gives back
     * @throws AlreadyRunningException if a process has it
     * @throws SyscallException if a call fails
     */
    public static LockFile borrow(Path path) throws IOException {
        LockFile lock = new LockFile(path);
        try (Arena arena = Arena.ofConfined()) {
            lock.open(Platform.CURRENT.openFlags(), arena);
            lock.lock(arena);
            return lock;
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
    }

    /**
     * Which process holds the lock, by the number in the file: as that process sees itself, which
     * in another PID namespace is another number than here. Takes the lock for a moment if nobody
     * has it.
     *
     * @param path of the lock file, see {@link #of}
     * @return 0 if the file does not say; empty if nobody holds the lock, or there is no such file
     * @throws SyscallException if a call fails
     */
    public static OptionalLong holder(Path path) throws IOException {
        LockFile lock = new LockFile(path);
        try (lock;
                Arena arena = Arena.ofConfined()) {
            lock.open(Platform.CURRENT.openFlags(), arena);
            int fd = lock.descriptor.acquire();
            try {
                int result = Syscalls.flock(fd, LOCK_EX | LOCK_NB);
                if (!Errno.EAGAIN.is(result)) {
                    Sockets.check("flock", result, path);
                    return OptionalLong.empty();
                }
                MemorySegment text = arena.allocate(TEXT_BYTES);
                return OptionalLong.of(parse(text, Syscalls.pread(fd, text, TEXT_BYTES, 0)));
            } finally {
                lock.descriptor.release();
            }
        } catch (SyscallException e) {
            if (e.errno() == Errno.ENOENT) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    private void open(int flags, Arena arena) throws IOException {
        int fd = Syscalls.open(FileCalls.cString(path, arena), flags, MODE);
        Sockets.check("open", fd, path);
        descriptor.open(fd, null);
    }

    private void openOwn(Arena arena) throws IOException {
        try {
            open(Platform.CURRENT.openFlagsToCreate(), arena);
        } catch (SyscallException e) {
            if (e.errno() == Errno.EACCES) { // which does not say that it is another user's
                Optional<FileStatus> found = FileCalls.lstat(path);
                if (found.isPresent()) {
                    requireOwn(found.get());
                }
            }
            throw e;
        }
        FileStatus status;
        int fd = descriptor.acquire();
        try {
            status = FileCalls.fstat(fd, path);
        } finally {
            descriptor.release();
        }
        requireOwn(status);
        if (status.permissions() != MODE) { // who can open it can lock it
            FileCalls.chmod(path, MODE);
        }
    }

    private void requireOwn(FileStatus status) throws IOException {
        if (!status.isRegular()) {
            throw new IOException(path + " is " + status.kind() + ", not a lock file");
        }
        if (status.links() > 1) { // made by somebody who wants that file overwritten
            throw new IOException(
                    "%s is a hard link to a file that has %d names: left as it is"
                            .formatted(path, status.links()));
        }
        int uid = Syscalls.getuid();
        if (status.uid() != uid) {
            throw new IOException(
                    "%s belongs to uid %s, not to uid %s, and its owner could take the lock: remove it"
                            .formatted(
                                    path,
                                    Integer.toUnsignedString(status.uid()),
                                    Integer.toUnsignedString(uid)));
        }
    }

    /** Another program's file of that name is not to be overwritten. */
    private void requireNumber(Arena arena) throws IOException {
        MemorySegment text = arena.allocate(TEXT_BYTES);
        int fd = descriptor.acquire();
        try {
            long length = Syscalls.pread(fd, text, TEXT_BYTES, 0);
            Sockets.check("pread", length, path);
            if (length > 0 && parse(text, length) == 0) {
                throw new IOException(path + " holds more than a PID: left as it is");
            }
        } finally {
            descriptor.release();
        }
    }

    /**
     * Tries until it has the lock, or a process that lives has it, by the PID in the file. That can
     * be the last owner's for a moment, until the new one has written its own.
     */
    private void lock(Arena arena) throws IOException {
        long end = System.nanoTime() + WRITING.toNanos();
        MemorySegment text = arena.allocate(TEXT_BYTES);
        int fd = descriptor.acquire();
        try {
            int result;
            while (Errno.EAGAIN.is(result = Syscalls.flock(fd, LOCK_EX | LOCK_NB))) {
                long pid = parse(text, Syscalls.pread(fd, text, TEXT_BYTES, 0));
                boolean alive = pid > 0 && ProcessHandle.of(pid).isPresent();
                if (alive || System.nanoTime() > end) {
                    throw new AlreadyRunningException(alive ? pid : 0, path);
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
            Sockets.check("flock", result, path);
        } finally {
            descriptor.release();
        }
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
            Sockets.check("ftruncate", Syscalls.ftruncate(fd, 0), path);
            Sockets.check("write", Syscalls.write(fd, text, pid.length()), path);
        } finally {
            descriptor.release();
        }
    }

    /**
     * The path of the file.
     *
     * @return the path, as it was given
     */
    public Path path() {
        return path;
    }

    /**
     * Whether the file that has the path is the one that is locked: not when it was removed or
     * replaced since. Another process can take the lock of the new one then.
     *
     * @return whether it is
     * @throws IOException if that cannot be found out, or the lock was given back
     */
    public boolean isInPlace() throws IOException {
        int fd = descriptor.acquire("fstat");
        try {
            FileStatus held = FileCalls.fstat(fd, path);
            return FileCalls.lstat(path).filter(held::sameInodeAs).isPresent();
        } finally {
            descriptor.release();
        }
    }

    /** Gives the lock back; the file stays. A second call does nothing. */
    @Override
    public void close() {
        descriptor.close(fd -> {});
    }
}
