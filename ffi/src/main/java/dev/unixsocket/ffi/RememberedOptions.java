package dev.unixsocket.ffi;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Options that libraries set and ask back, and that have no meaning on AF_UNIX. Thread-safe. */
final class RememberedOptions {

    /** What {@link UnixSocket#setOption} takes. */
    static final Set<SocketOption<?>> SUPPORTED =
            Set.of(
                    StandardSocketOptions.SO_RCVBUF,
                    StandardSocketOptions.SO_SNDBUF,
                    StandardSocketOptions.TCP_NODELAY,
                    StandardSocketOptions.SO_KEEPALIVE,
                    StandardSocketOptions.SO_REUSEADDR,
                    StandardSocketOptions.SO_LINGER,
                    StandardSocketOptions.IP_TOS);

    private static final Map<SocketOption<?>, Object> AT_FIRST =
            Map.of(
                    StandardSocketOptions.TCP_NODELAY, true,
                    StandardSocketOptions.SO_KEEPALIVE, false,
                    StandardSocketOptions.SO_REUSEADDR, false,
                    StandardSocketOptions.SO_LINGER, -1,
                    StandardSocketOptions.IP_TOS, 0);

    private final Map<SocketOption<?>, Object> values = new ConcurrentHashMap<>(AT_FIRST);
    private volatile boolean urgentInline;

    <T> void set(SocketOption<T> option, T value) {
        values.put(option, value);
    }

    <T> T get(SocketOption<T> option) {
        return option.type().cast(values.get(option));
    }

    void urgentInline(boolean on) {
        urgentInline = on;
    }

    boolean urgentInline() {
        return urgentInline;
    }
}
