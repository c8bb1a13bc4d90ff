package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * The owner of a descriptor, of whatever kind the open file is: one that came with a message and
 * was {@linkplain Ancillary#take taken}, or one to send. A socket becomes a {@link StreamSocket} or
 * its like by {@link #toStreamSocket} and its siblings; a regular file or memory file is mapped by
 * {@link #map} or read by {@link #channel}.
 *
 * <p>The JDK does not tell which descriptor a {@link FileChannel} has. To send the file of one,
 * {@link #open} the same path; the receiver reads it by {@link #channel}.
 *
 * <p>Thread-safe. One that is garbage before it was closed is closed then.
 */
public final class OpenFile implements HasDescriptor {

    // The same on Linux and on macOS.
    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_SHARED = 1;
    static final int MAP_FIXED = 16;

    /**
     * What can be ruled out for a memory file, by whoever has it: fcntl(2), {@code F_ADD_SEALS}.
     */
    public enum Seal {
        /** No more seals. */
        SEAL(0x1),
        /** It cannot become shorter: who has mapped it need not fear {@code SIGBUS}. */
        SHRINK(0x2),
        /** It cannot become longer. */
        GROW(0x4),
        /** It cannot be changed; there must be no mapping that can be written. */
        WRITE(0x8);

        private final int bit;

        Seal(int bit) {
            this.bit = bit;
        }

        int bit() {
            return bit;
        }
    }

    private final Descriptor descriptor = new Descriptor();
    private final String name;

    private OpenFile(int fd, String name) {
        this.name = name;
        descriptor.open(fd, null);
        Leaks.watch(this, descriptor);
    }

    /**
     * Opens a file that is there, for reading and writing: open(2).
     *
     * @param path of a file, not of a symbolic link
     * @return to be closed
     * @throws SyscallException if the call fails; {@code ELOOP} for a symbolic link
     */
    public static OpenFile open(Path path) throws IOException {
        return open(path, Platform.CURRENT.openFlags());
    }

    /**
     * As {@link #open}, for reading only.
     *
     * @param path of a file, not of a symbolic link
     * @return to be closed
     * @throws IOException as {@link #open}
     */
    public static OpenFile openReadOnly(Path path) throws IOException {
        return open(path, Platform.CURRENT.openFlagsToRead());
    }

    private static OpenFile open(Path path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = Syscalls.open(FileCalls.cString(path, arena), flags, 0);
            Sockets.check("open", fd, path);
            return owning(fd, path.toString());
        }
    }

    /**
     * Makes a file of zeros that is in memory, has no path, and is gone with its last descriptor
     * and mapping: memfd_create(2), ftruncate(2). Linux. It can be sealed.
     *
     * @param name to be seen in {@code /proc/PID/maps}; 249 bytes at most
     * @param bytes how long it is
     * @return to be closed
     * @throws SyscallException if a call fails: {@code EINVAL} for a name that is too long
     * @throws IllegalArgumentException if the name holds a NUL or the length is negative
     * @throws UnsupportedOperationException on macOS
     */
    public static OpenFile memory(String name, long bytes) throws IOException {
        if (bytes < 0) {
            throw new IllegalArgumentException("a file cannot have " + bytes + " bytes");
        }
        byte[] text = Text.withoutNul(name, "the name of a memory file");
        try (Arena arena = Arena.ofConfined()) {
            int fd = Platform.CURRENT.memoryFile(Text.cString(text, arena));
            Sockets.check("memfd_create", fd, name);
            OpenFile file = owning(fd, name);
            try {
                Sockets.check("ftruncate", Syscalls.ftruncate(fd, bytes), name);
                return file;
            } catch (Throwable t) {
                file.close();
                throw t;
            }
        }
    }

    /**
     * Takes ownership of a descriptor that an owner outside of this library gives up.
     *
     * @param fd its number, which is not looked at
     * @return its new owner, to be closed
     */
    public static OpenFile adopt(int fd) {
        requireDescriptor(fd);
        return new OpenFile(fd, "descriptor " + fd);
    }

    static void requireDescriptor(int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("a descriptor is not negative: " + fd);
        }
    }

    private static OpenFile owning(int fd, String name) {
        try {
            return new OpenFile(fd, name);
        } catch (Throwable t) {
            Syscalls.close(fd);
            throw t;
        }
    }

    Descriptor descriptor() {
        return descriptor;
    }

    private interface Act {
        long on(int fd) throws IOException;
    }

    /** Makes a call, and throws for what it returns that is none. */
    private long call(String call, Act act) throws IOException {
        int fd = descriptor.acquire();
        if (fd < 0) {
            throw new IOException(call + ": the file was closed by this process: " + name);
        }
        long result;
        try {
            result = act.on(fd);
        } finally {
            descriptor.release();
            Reference.reachabilityFence(this);
        }
        Sockets.check(call, result, name);
        return result;
    }

    /**
     * How long a regular file or memory file is, in bytes: fstat(2).
     *
     * @return bytes
     * @throws IOException a {@link SyscallException} if the call fails; or if this object is closed
     */
    public long size() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(Platform.CURRENT.statBytes(), Long.BYTES);
            call("fstat", fd -> Syscalls.fstat(fd, status));
            return Platform.CURRENT.readStat(status).bytes();
        }
    }

    /**
     * Rules out changes of a memory file for everybody who has it: fcntl(2), {@code F_ADD_SEALS}.
     *
     * @param seals none, some or all; those that are set stay
     * @throws SyscallException if the call fails: {@code EPERM} if {@link Seal#SEAL} is set, {@code
     *     EBUSY} for {@link Seal#WRITE} while somebody has it mapped for writing, {@code EINVAL} if
     *     it is no memory file
     * @throws UnsupportedOperationException on macOS
     */
    public void seal(Set<Seal> seals) throws IOException {
        Objects.requireNonNull(seals, "seals");
        int bits = seals.stream().mapToInt(Seal::bit).reduce(0, (one, other) -> one | other);
        int command = Platform.CURRENT.addSeals();
        call("fcntl", fd -> Syscalls.fcntl(fd, command, bits));
    }

    /**
     * What is ruled out; who maps a file that came from somebody else asks for {@link Seal#SHRINK}
     * first: fcntl(2), {@code F_GET_SEALS}.
     *
     * @return the seals, in a set of the caller's
     * @throws SyscallException if the call fails: {@code EINVAL} if it is no memory file
     * @throws UnsupportedOperationException on macOS
     */
    public Set<Seal> seals() throws IOException {
        int command = Platform.CURRENT.getSeals();
        long bits = call("fcntl", fd -> Syscalls.fcntl(fd, command, 0));
        Set<Seal> seals = EnumSet.noneOf(Seal.class);
        for (Seal seal : Seal.values()) {
            if ((bits & seal.bit()) != 0) {
                seals.add(seal);
            }
        }
        return seals;
    }

    /**
     * Maps all of it for reading and writing: mmap(2), {@code MAP_SHARED}. What one process writes
     * the others that have it mapped see. The mapping outlives this object.
     *
     * @param arena the mapping ends with it: munmap(2)
     * @return all of the file, as long as the arena is open
     * @throws SyscallException if the call fails: {@code EACCES} if it was not opened for that,
     *     {@code ENODEV} if it is no file that can be mapped
     * @throws IllegalArgumentException if it is empty
     */
    public MemorySegment map(Arena arena) throws IOException {
        return map(arena, PROT_READ | PROT_WRITE);
    }

    /**
     * As {@link #map}, for reading only.
     *
     * @param arena the mapping ends with it: munmap(2)
     * @return all of the file, read-only, as long as the arena is open
     * @throws IOException as {@link #map}
     */
    public MemorySegment mapReadOnly(Arena arena) throws IOException {
        return map(arena, PROT_READ).asReadOnly();
    }

    private MemorySegment map(Arena arena, int protection) throws IOException {
        Objects.requireNonNull(arena, "arena");
        long bytes = size();
        if (bytes == 0) {
            throw new IllegalArgumentException("an empty file cannot be mapped: " + name);
        }
        return owned(mmap(0, bytes, protection, MAP_SHARED, 0), bytes, arena);
    }

    /** As {@link #map}, of a part that the file must have; its offset is one of a page. */
    MemorySegment map(Arena arena, long offset, long bytes) throws IOException {
        return owned(mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, offset), bytes, arena);
    }

    /**
     * As {@link #map(Arena, long, long)}, two times, one after the other: a span that goes beyond
     * the end of the part goes on at its beginning.
     */
    MemorySegment mapTwice(Arena arena, long offset, long bytes) throws IOException {
        int protection = PROT_READ | PROT_WRITE;
        long address = mmap(0, 2 * bytes, protection, MAP_SHARED, offset);
        MemorySegment both = owned(address, 2 * bytes, arena);
        mmap(address + bytes, bytes, protection, MAP_SHARED | MAP_FIXED, offset);
        return both;
    }

    private long mmap(long address, long bytes, int protection, int flags, long offset)
            throws IOException {
        return call("mmap", fd -> Syscalls.mmap(address, bytes, protection, flags, fd, offset));
    }

    /** The mapping at that address, which ends with the arena. */
    private static MemorySegment owned(long address, long bytes, Arena arena) {
        try {
            return MemorySegment.ofAddress(address)
                    .reinterpret(bytes, arena, mapped -> Syscalls.munmap(mapped.address(), bytes));
        } catch (Throwable t) {
            Syscalls.munmap(address, bytes);
            throw t;
        }
    }

    /**
     * A channel on the same regular file or memory file, opened again through {@code /dev/fd}: with
     * a position of its own, and only if this process may open the file itself, which it always may
     * a memory file. The caller's to close.
     *
     * @param options as {@link FileChannel#open(Path, OpenOption...)} takes them; none is for
     *     reading
     * @return to be closed
     * @throws IOException if this object is closed, or the file cannot be opened again
     */
    public FileChannel channel(OpenOption... options) throws IOException {
        Objects.requireNonNull(options, "options");
        int fd = descriptor.acquire();
        if (fd < 0) {
            throw new IOException("open: the file was closed by this process: " + name);
        }
        try {
            return FileChannel.open(Path.of("/dev/fd/" + fd), options);
        } finally {
            descriptor.release();
            Reference.reachabilityFence(this);
        }
    }

    private interface Takeover<S> {
        S of(int fd) throws IOException;
    }

    /** The new owner has the descriptor, or refuses it, and it stays this one's. */
    private <S> S become(Takeover<S> owner) throws IOException {
        if (!descriptor.isOpen()) {
            throw new IOException("the file was closed by this process: " + name);
        }
        int fd = descriptor.detach();
        try {
            return owner.of(fd);
        } catch (Throwable t) {
            descriptor.open(fd, null);
            throw t;
        }
    }

    /**
     * The connection that it is; this object is closed from then on. To be called while no other
     * thread uses it.
     *
     * @return the new owner of the descriptor, to be closed
     * @throws IOException if it is something else, as {@link StreamSocket#inherited} says; it then
     *     stays as it is
     */
    public StreamSocket toStreamSocket() throws IOException {
        return become(StreamSocket::inherited);
    }

    /**
     * As {@link #toStreamSocket}, for a listener.
     *
     * @return the new owner of the descriptor, to be closed
     * @throws IOException as {@link #toStreamSocket}
     */
    public StreamListener toStreamListener() throws IOException {
        return become(StreamListener::inherited);
    }

    /**
     * As {@link #toStreamSocket}, for a connection that carries messages.
     *
     * @return the new owner of the descriptor, to be closed
     * @throws IOException as {@link #toStreamSocket}
     */
    public SeqpacketSocket toSeqpacketSocket() throws IOException {
        return become(SeqpacketSocket::inherited);
    }

    /**
     * As {@link #toStreamSocket}, for a listener whose connections carry messages.
     *
     * @return the new owner of the descriptor, to be closed
     * @throws IOException as {@link #toStreamSocket}
     */
    public SeqpacketListener toSeqpacketListener() throws IOException {
        return become(SeqpacketListener::inherited);
    }

    /**
     * As {@link #toStreamSocket}, for a datagram socket.
     *
     * @return the new owner of the descriptor, to be closed
     * @throws IOException as {@link #toStreamSocket}
     */
    public DatagramSocket toDatagramSocket() throws IOException {
        return become(DatagramSocket::inherited);
    }

    /**
     * Hands the descriptor to an owner outside of this library, which must close it. This object is
     * closed from then on.
     *
     * @return the descriptor's number
     * @throws IllegalStateException if it is closed or in use
     */
    public int detach() {
        return descriptor.detach();
    }

    /**
     * Whether it is neither closed nor handed on.
     *
     * @return true until it is closed
     */
    public boolean isOpen() {
        return descriptor.isOpen();
    }

    /** Closes: close(2). A second call does nothing. */
    @Override
    public void close() {
        descriptor.close(fd -> {});
    }

    @Override
    public String toString() {
        return "OpenFile[" + name + "]";
    }
}
