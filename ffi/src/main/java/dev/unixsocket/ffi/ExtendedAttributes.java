package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

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
     * All {@code user.*} attributes whose value is text, by their names without {@code user.}:
     * llistxattr(2), lgetxattr(2).
     *
     * @throws SyscallException if a call fails: {@code EOPNOTSUPP} where the file system has none,
     *     {@code ERANGE} when they are longer than 64 KiB
     */
    public static Map<String, String> read(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment file = FileCalls.cString(path, arena);
            MemorySegment buffer = arena.allocate(MAX_BYTES);
            String[] names = text(buffer, Syscalls.listxattr(file, buffer), "listxattr", path);
            Map<String, String> attributes = new LinkedHashMap<>();
            for (String name : names) {
                if (name.startsWith(NAMESPACE)) {
                    long size = Syscalls.getxattr(file, arena.allocateFrom(name, UTF_8), buffer);
                    if (!Errno.ENODATA.is(size)) { // removed since it was listed
                        String[] value = text(buffer, size, "getxattr", path);
                        attributes.put(name.substring(NAMESPACE.length()), String.join("", value));
                    }
                }
            }
            return attributes;
        }
    }

    /**
     * Sets one: lsetxattr(2).
     *
     * @param name without {@code user.}
     * @throws SyscallException if the call fails: {@code EPERM} where sockets can have none
     */
    public static void write(Path path, String name, String value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, value.getBytes(UTF_8));
            int result =
                    Syscalls.setxattr(
                            FileCalls.cString(path, arena),
                            arena.allocateFrom(NAMESPACE + name, UTF_8),
                            bytes);
            Sockets.check("setxattr", result, path);
        }
    }

    /** The texts that NULs end in a buffer. */
    private static String[] text(MemorySegment buffer, long size, String call, Path path)
            throws SyscallException {
        Sockets.check(call, size, path);
        String all = new String(buffer.asSlice(0, size).toArray(JAVA_BYTE), UTF_8);
        return Stream.of(all.split("\0")).filter(part -> !part.isEmpty()).toArray(String[]::new);
    }
}
