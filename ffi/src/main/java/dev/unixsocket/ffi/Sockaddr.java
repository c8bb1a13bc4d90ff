package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * An address as the system calls take it.
 *
 * @param segment a {@code struct sockaddr_un} or {@code sockaddr_in}
 * @param length how many bytes of it count
 */
record Sockaddr(MemorySegment segment, int length) {

    /** Alignment of every {@code sockaddr}, in bytes. */
    private static final int ALIGNMENT = 8;

    static Sockaddr of(Address address, Arena arena) {
        MemorySegment segment = allocate(arena);
        return new Sockaddr(segment, fill(segment, address));
    }

    /** Room for an address of any family; {@code sockaddr_un} is the largest of them. */
    static MemorySegment allocate(Arena arena) {
        return arena.allocate(Platform.CURRENT.sockaddrUnBytes(), ALIGNMENT);
    }

    /**
     * Writes an address into such room: how many bytes of it count.
     *
     * @throws IllegalArgumentException if it is unnamed
     */
    static int fill(MemorySegment segment, Address address) {
        Platform platform = Platform.CURRENT;
        if (address instanceof Address.UnixPath path) {
            return platform.fillSockaddrUn(segment, path.bytes());
        }
        if (address instanceof Address.AbstractName name) {
            return platform.fillSockaddrUn(segment, name.bytes());
        }
        if (address instanceof Address.Loopback loopback) {
            platform.fillLoopback(segment, loopback.port());
            return platform.sockaddrInBytes();
        }
        throw new IllegalArgumentException(
                "a path or an abstract name is needed; an unnamed socket has neither");
    }

    /** The address that {@code bind} gave to a socket of the same family, with its port if TCP. */
    static Address bound(int fd, Address asked) throws SyscallException {
        if (!(asked instanceof Address.Loopback)) {
            return asked;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(Platform.CURRENT.sockaddrInBytes(), ALIGNMENT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) segment.byteSize());
            int result = Syscalls.getsockname(fd, segment, length);
            if (result < 0) {
                throw new SyscallException("getsockname", result, asked);
            }
            return Address.loopback(Platform.CURRENT.portOf(segment));
        }
    }

    /** Bytes of the longest address that a kernel knows; one of AF_UNIX on macOS. */
    private static final int LONGEST = 256;

    /**
     * The address of a listening socket that somebody else has bound: getsockname(2).
     *
     * @return null when it is not a socket of AF_UNIX, or has no name
     * @throws IllegalArgumentException if it is longer than a {@code sockaddr_un}
     */
    static Address named(int fd) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(LONGEST, ALIGNMENT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) segment.byteSize());
            Sockets.check(
                    "getsockname", Syscalls.getsockname(fd, segment, length), "descriptor " + fd);
            return Platform.CURRENT.readSockaddrUn(segment, length.get(JAVA_INT, 0));
        }
    }

    /** The name that a socket has, which others than this object may have given it. */
    static Address own(int fd) throws SyscallException {
        return read("getsockname", fd, Syscalls::getsockname);
    }

    /** The name of the socket at the other end. */
    static Address peer(int fd) throws SyscallException {
        return read("getpeername", fd, Syscalls::getpeername);
    }

    /** The family of a socket. */
    static int familyOf(int fd) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(LONGEST, ALIGNMENT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) segment.byteSize());
            Sockets.check(
                    "getsockname", Syscalls.getsockname(fd, segment, length), "descriptor " + fd);
            return Platform.CURRENT.familyOf(segment);
        }
    }

    private interface NameCall {
        int make(int fd, MemorySegment address, MemorySegment length);
    }

    private static Address read(String name, int fd, NameCall call) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(LONGEST, ALIGNMENT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) segment.byteSize());
            Sockets.check(name, call.make(fd, segment, length), "descriptor " + fd);
            return read(segment, length.get(JAVA_INT, 0));
        }
    }

    /**
     * The address that a call has left in such room.
     *
     * @param length how many bytes of it count
     */
    static Address read(MemorySegment segment, int length) {
        if (length == Platform.CURRENT.sockaddrInBytes()
                && Platform.CURRENT.familyOf(segment) == Sockets.AF_INET) {
            return Address.loopback(Platform.CURRENT.portOf(segment));
        }
        Address named = length == 0 ? null : Platform.CURRENT.readSockaddrUn(segment, length);
        return named == null ? Address.unnamed() : named;
    }

    /** What {@code sun_path} holds: a path that a NUL may end, or a name that begins with one. */
    static Address unixAddress(MemorySegment sockaddr, int offset, int length) {
        if (length <= offset) {
            return null;
        }
        byte[] bytes = sockaddr.asSlice(offset, length - offset).toArray(JAVA_BYTE);
        if (bytes[0] == 0 && !Platform.CURRENT.hasAbstractNames()) {
            return null;
        }
        if (bytes[0] == 0) {
            return new Address.AbstractName(Arrays.copyOfRange(bytes, 1, bytes.length));
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new Address.UnixPath(PathBytes.path(Arrays.copyOf(bytes, end)));
    }
}
