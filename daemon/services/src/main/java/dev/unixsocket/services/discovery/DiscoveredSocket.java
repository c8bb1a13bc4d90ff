package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.SocketProbe;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A socket file and what could be found out about it.
 *
 * @param host the machine that it is on, empty for this one
 * @param path where it is
 * @param state what it is good for
 * @param type the type of the socket behind it
 * @param mode the permissions of the file
 * @param uid the file's owner; an unsigned number
 * @param owner the owner's name, or the number where there is none
 * @param pid the process that listens, where the kernel knows: the one that called listen(2), which
 *     may be gone and have left the listener to a child
 * @param command the command line of that process
 * @param metadata what the service says of itself
 */
public record DiscoveredSocket(
        Optional<String> host,
        Path path,
        SocketState state,
        SocketProbe.Type type,
        int mode,
        int uid,
        String owner,
        Optional<Integer> pid,
        Optional<String> command,
        SocketMetadata metadata) {

    /**
     * Where it is, for other programs, which have another working directory. As {@link #path} but
     * for that, without names that say nothing, such as {@code .}.
     */
    public Path absolutePath() {
        return SocketEvent.absolute(path);
    }

    /**
     * Where other machines reach the service, as it says itself: {@code endpoint} in its metadata,
     * such as {@code 10.0.0.7:8080}.
     */
    public Optional<String> endpoint() {
        return metadata.values().get("endpoint") instanceof String address && !address.isEmpty()
                ? Optional.of(address)
                : Optional.empty();
    }

    /** The type as commands show it, {@code stream}; empty where it is not known. */
    public Optional<String> typeName() {
        return Optional.of(type)
                .filter(known -> known != SocketProbe.Type.UNKNOWN)
                .map(known -> known.name().toLowerCase(Locale.ROOT));
    }
}
