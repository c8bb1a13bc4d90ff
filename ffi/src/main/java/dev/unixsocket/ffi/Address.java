package dev.unixsocket.ffi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * Where a socket is: the path of a socket file, an abstract name or no name (AF_UNIX, unix(7)), or
 * a port of the loopback interface (AF_INET, ip(7)). A path and a name are bytes; their text is how
 * they are shown. Checked when it is made, so that a bad one is refused before any system call.
 *
 * <p>Immutable, thread-safe.
 */
public sealed interface Address {

    /**
     * The path of a socket file.
     *
     * @param path absolute or relative; see {@link #path(Path)}
     * @return the address
     * @throws IllegalArgumentException if it is empty, holds a NUL, is longer than other programs
     *     expect (107 bytes on Linux, 103 on macOS), or is not a path of this operating system
     */
    static UnixPath path(String path) {
        Text.requireNoNul(path, "the path of a socket");
        return path(Path.of(path));
    }

    /**
     * As {@link #path(String)}. Its bytes need not be text. A relative path is one below {@code
     * user.dir}, as it is for all of Java; if that is not the directory that the process works in,
     * the kernel gets the absolute path, and its length counts.
     *
     * @param path of the default file system
     * @return the address
     */
    static UnixPath path(Path path) {
        UnixPath.requireAtMost(path, Platform.CURRENT.maxPathBytes());
        return new UnixPath(path);
    }

    /**
     * A name in the abstract namespace of Linux: no file, no mode, gone with its last socket.
     *
     * @param name the name without the NUL that the kernel wants before it, or the {@code @} that
     *     people write instead; 1 to 107 bytes in UTF-8
     * @return the address
     * @throws IllegalArgumentException if it is empty, too long, or not text (half a surrogate
     *     pair)
     * @throws UnsupportedOperationException where there is no abstract namespace
     */
    static AbstractName abstractName(String name) {
        return abstractName(Text.utf8(name, "an abstract socket name"));
    }

    /**
     * As {@link #abstractName(String)}, for any name.
     *
     * @param name 1 to 107 bytes, which need not be text
     * @return the address; a copy of the name is in it
     */
    static AbstractName abstractName(byte[] name) {
        Objects.requireNonNull(name, "name");
        if (name.length == 0) {
            throw new IllegalArgumentException("an abstract socket name cannot be empty");
        }
        return new AbstractName(name);
    }

    /**
     * A TCP port of 127.0.0.1.
     *
     * @param port 0 to 65535; 0 lets {@code bind} choose a free one
     * @return the address
     */
    static Loopback loopback(int port) {
        return new Loopback(port);
    }

    /**
     * The address of a socket of AF_UNIX that has no name: of a client, of a pair. Nobody can
     * connect or send to it.
     *
     * @return the address, which is equal to every other of its kind
     */
    static Unnamed unnamed() {
        return new Unnamed();
    }

    /** No name; see {@link #unnamed}. */
    record Unnamed() implements Address {

        @Override
        public String toString() {
            return "an unnamed socket";
        }
    }

    /**
     * The path of a socket file; see {@link #path(Path)}.
     *
     * @param path the path, as given
     */
    record UnixPath(Path path) implements Address {

        /**
         * The path of a socket that is there already. A C program can have bound it to a path one
         * byte longer than {@link Address#path(Path)} allows: the kernel needs no NUL after it.
         *
         * @throws IllegalArgumentException if no socket can have it
         */
        public UnixPath {
            Objects.requireNonNull(path, "path");
            if (path.toString().isEmpty()) {
                throw new IllegalArgumentException("the path of a socket cannot be empty");
            }
            requireAtMost(path, Platform.CURRENT.maxPathBytes() + 1);
        }

        private static void requireAtMost(Path path, int limit) {
            byte[] bytes = FileCalls.bytes(path);
            if (bytes.length > limit) {
                throw new IllegalArgumentException(
                        "the path of a socket can have %d bytes, this one has %d: %s"
                                .formatted(
                                        limit,
                                        bytes.length,
                                        Text.shown(bytes, PathBytes.ENCODING)));
            }
        }

        /** What {@code sun_path} holds. */
        byte[] bytes() {
            return FileCalls.bytes(path);
        }

        /** As given; a byte that is not text is written as {@code \xff}. */
        @Override
        public String toString() {
            return Text.shown(PathBytes.of(path), PathBytes.ENCODING);
        }
    }

    /** A name in the abstract namespace; see {@link #abstractName(String)}. */
    final class AbstractName implements Address {

        private final byte[] name;

        /** Any name that the kernel can have, also the empty one. */
        AbstractName(byte[] name) {
            this.name = name.clone();
            if (!Platform.CURRENT.hasAbstractNames()) {
                throw new UnsupportedOperationException(
                        "abstract socket names exist on Linux only: @" + name());
            }
            int limit = Platform.CURRENT.maxPathBytes();
            if (name.length > limit) {
                throw new IllegalArgumentException(
                        "an abstract socket name can have %d bytes, this one has %d: @%s"
                                .formatted(limit, name.length, name()));
            }
        }

        /**
         * The name as text, without what comes before it; see {@link #toString}.
         *
         * @return the name; a byte that is not UTF-8 is written as {@code \xff}
         */
        public String name() {
            return Text.shown(name, UTF_8);
        }

        /** What {@code sun_path} holds: a NUL, and then the name. */
        byte[] bytes() {
            byte[] bytes = new byte[1 + name.length];
            System.arraycopy(name, 0, bytes, 1, name.length);
            return bytes;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AbstractName that && Arrays.equals(name, that.name);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(name);
        }

        /**
         * As {@code /proc/net/unix} and ss(8) show it, with {@code @} for each NUL. A byte that is
         * not UTF-8 is written as {@code \xff}.
         */
        @Override
        public String toString() {
            return "@" + name().replace('\0', '@');
        }
    }

    /**
     * A TCP port of 127.0.0.1.
     *
     * @param port 0 to 65535
     */
    record Loopback(int port) implements Address {

        /** See {@link Address#loopback(int)}. */
        public Loopback {
            if (port < 0 || port > 0xFFFF) {
                throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
            }
        }

        @Override
        public String toString() {
            return "127.0.0.1:" + port;
        }
    }
}
