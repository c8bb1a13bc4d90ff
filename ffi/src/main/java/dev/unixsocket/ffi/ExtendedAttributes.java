package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The extended attributes {@code user.*} of a file itself, never of what a symbolic link leads to:
 * xattr(7). Linux has long refused them on anything but regular files and directories; where it
 * does, writing one to a socket fails with {@code EPERM}, and reading finds none.
 *
 * <p>Stateless, thread-safe.
 */
public final class ExtendedAttributes {

    private static final String NAMESPACE = "user.";

    /** More than this a file need not say; the kernel's own limit is 64 KiB a value. */
    private static final int MAX_BYTES = 64 * 1024;

    private ExtendedAttributes() {}

    /**
     * All {@code user.*} attributes whose name and value are text in UTF-8, by their names without
     * {@code user.}: llistxattr(2), lgetxattr(2). A value that another program wrote can hold a
     * NUL.
     *
     * @param path of a file; those of a symbolic link are its own
     * @return values by name
     * @throws SyscallException if a call fails: {@code EOPNOTSUPP} where the file system has none,
     *     {@code ERANGE} when they are longer than 64 KiB
     */
    public static Map<String, String> read(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment file = FileCalls.cString(path, arena);
            MemorySegment names = arena.allocate(MAX_BYTES);
            MemorySegment buffer = arena.allocate(MAX_BYTES);
            long listed = Syscalls.listxattr(file, names);
            Sockets.check("listxattr", listed, path);
            Map<String, String> attributes = new LinkedHashMap<>();
            for (long start = 0, end; start < listed; start = end + 1) {
                end = endOfString(names, start);
                MemorySegment name = names.asSlice(start, end - start);
                Optional<String> text = Text.of(name).filter(all -> all.startsWith(NAMESPACE));
                if (text.isPresent()) {
                    String key = text.get().substring(NAMESPACE.length());
                    value(path, Syscalls.getxattr(file, name, buffer), buffer)
                            .ifPresent(value -> attributes.put(key, value));
                }
            }
            return attributes;
        }
    }

    private static long endOfString(MemorySegment strings, long start) {
        long end = start;
        while (strings.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return end;
    }

    /** The text that getxattr(2) has left in a buffer. */
    private static Optional<String> value(Path path, long size, MemorySegment buffer)
            throws SyscallException {
        if (Errno.ENODATA.is(size)) { // removed since it was listed
            return Optional.empty();
        }
        Sockets.check("getxattr", size, path);
        return Text.of(buffer.asSlice(0, size));
    }

    /**
     * Sets one: lsetxattr(2).
     *
     * @param path of a file; those of a symbolic link are its own
     * @param name without {@code user.}
     * @param value written in UTF-8
     * @throws SyscallException if the call fails: {@code EPERM} where sockets can have none
     * @throws IllegalArgumentException if either holds a NUL, or half a surrogate pair
     */
    public static void write(Path path, String name, String value) throws IOException {
        Objects.requireNonNull(name, "name");
        byte[] key = Text.withoutNul(NAMESPACE + name, "the name of an attribute");
        byte[] text = Text.withoutNul(value, "the value of an attribute");
        try (Arena arena = Arena.ofConfined()) {
            int result =
                    Syscalls.setxattr(
                            FileCalls.cString(path, arena),
                            Text.cString(key, arena),
                            arena.allocateFrom(JAVA_BYTE, text));
            Sockets.check("setxattr", result, path);
        }
    }
}
