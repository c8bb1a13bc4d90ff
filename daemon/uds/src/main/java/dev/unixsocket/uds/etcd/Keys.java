package dev.unixsocket.uds.etcd;

import java.util.Optional;

/**
 * The names of keys: {@code /uds/HOST/PATH}. A path begins with a slash, which a host cannot hold.
 *
 * @param prefix with a slash at its end
 */
record Keys(String prefix) {

    /**
     * A key taken apart.
     *
     * @param host the machine
     * @param path of the socket there
     */
    record Name(String host, String path) {}

    /** What all keys of a host begin with. */
    String ofHost(String host) {
        return prefix + host + "/";
    }

    /** The key of a socket. */
    String of(String host, String absolutePath) {
        return prefix + host + absolutePath;
    }

    /** What a key names; empty for one that is no socket's. */
    Optional<Name> parse(String key) {
        int host = prefix.length();
        int path = key.indexOf('/', host);
        return key.startsWith(prefix) && path > host
                ? Optional.of(new Name(key.substring(host, path), key.substring(path)))
                : Optional.empty();
    }
}
