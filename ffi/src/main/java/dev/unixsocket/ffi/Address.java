package dev.unixsocket.ffi;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a listener is: the path of a socket file or an abstract name (AF_UNIX, unix(7)), or a port
 * of the loopback interface (AF_INET, ip(7)). Checked when it is made, so that a bad one is refused
 * before any system call.
 *
 * <p>Immutable, thread-safe.
 */
public sealed interface Address {

    /**
     * The path of a socket file.
     *
     * @throws IllegalArgumentException if it is empty, holds a NUL, is longer than a {@code
     *     sockaddr_un} can hold (107 bytes on Linux, 103 on macOS), or is not a path of this
     *     operating system
     */
    static UnixPath path(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "the path of a socket cannot hold a NUL: " + path.replace("\0", "\\0"));
        }
        return path(Path.of(path));
    }

    /** As {@link #path(String)}. */
    static UnixPath path(Path path) {
        return new UnixPath(path);
    }

    /**
     * A name in the abstract namespace of Linux: no file, no mode, gone with its last socket.
     *
     * @param name the name without the NUL that the kernel wants before it, or the {@code @} that
     *     people write instead; 1 to 107 bytes in UTF-8
     * @throws IllegalArgumentException if it is empty, too long, or not text (half a surrogate
     *     pair)
     * @throws UnsupportedOperationException where there is no abstract namespace
     */
    static AbstractName abstractName(String name) {
        return new AbstractName(name);
    }

    /**
     * A TCP port of 127.0.0.1.
     *
     * @param port 0 to 65535; 0 lets {@code bind} choose a free one
     */
    static Loopback loopback(int port) {
        return new Loopback(port);
    }

    /**
     * The path of a socket file; see {@link #path(String)}.
     *
     * @param path the path, as given
     */
    record UnixPath(Path path) implements Address {

        /** See {@link Address#path(String)}. */
        public UnixPath {
            int limit = Platform.CURRENT.maxPathBytes();
            int length = FileCalls.bytes(path).length;
            if (length == 0) {
                throw new IllegalArgumentException("the path of a socket cannot be empty");
            }
            if (length > limit) {
                throw new IllegalArgumentException(
                        "the path of a socket can have %d bytes, this one has %d: %s"
                                .formatted(limit, length, path));
            }
        }

        byte[] bytes() {
            return FileCalls.bytes(path);
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A name in the abstract namespace; see {@link #abstractName(String)}.
     *
     * @param name the name without what comes before it
     */
    record AbstractName(String name) implements Address {

        /** See {@link Address#abstractName(String)}. */
        public AbstractName {
            if (!Platform.CURRENT.hasAbstractNames()) {
                throw new UnsupportedOperationException(
                        "abstract socket names exist on Linux only: @" + name);
            }
            int limit = Platform.CURRENT.maxPathBytes();
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
                throw new IllegalArgumentException(
                        "an abstract socket name must have a form in UTF-8: @" + name);
            }
            int length = name.getBytes(StandardCharsets.UTF_8).length;
            if (length == 0) {
                throw new IllegalArgumentException("an abstract socket name cannot be empty");
            }
            if (length > limit) {
                throw new IllegalArgumentException(
                        "an abstract socket name can have %d bytes, this one has %d: @%s"
                                .formatted(limit, length, name));
            }
        }

        byte[] bytes() {
            return ("\0" + name).getBytes(StandardCharsets.UTF_8);
        }

        /** As {@code /proc/net/unix} and ss(8) show it, with {@code @} for each NUL. */
        @Override
        public String toString() {
            return "@" + name.replace('\0', '@');
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
