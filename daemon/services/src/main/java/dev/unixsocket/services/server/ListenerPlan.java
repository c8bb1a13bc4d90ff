package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.FileAccess;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a service wants around its listener.
 *
 * @param address the path of its socket file, or an abstract name
 * @param access mode and group of the file
 * @param backlog how many connections may wait to be accepted
 * @param locking whether a lock file guards the socket file
 * @param policy who may connect
 * @param pidFile where to write the PID
 * @param metadata what to write beside the socket
 */
public record ListenerPlan(
        Address address,
        FileAccess access,
        int backlog,
        Locking locking,
        AccessPolicy policy,
        Optional<Path> pidFile,
        Optional<Metadata> metadata) {

    /** Whether a lock file guards a socket file. */
    public enum Locking {
        /** By {@code <socket>.lock}. */
        LOCK_FILE,
        /** Only by a test connection. */
        NONE
    }

    /**
     * What others can read about the service; see {@link Sidecar}.
     *
     * @param service its name
     * @param version of the program
     * @param endpoints what can be asked of it
     * @param tags what the user wants to find it by
     */
    public record Metadata(
            String service, String version, List<String> endpoints, List<String> tags) {}

    private static final int BACKLOG = 128;

    /**
     * For a service inside another program: for this user alone, with a lock file where there is a
     * socket file, and with nothing else.
     */
    public static ListenerPlan locked(Address address, AccessPolicy policy) {
        return new ListenerPlan(
                address,
                FileAccess.of(0600),
                BACKLOG,
                Locking.LOCK_FILE,
                policy,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * For a further listener of the same service: with the same backlog, lock and tags, and without
     * a PID file.
     *
     * @param name of what is there, for the metadata, if there is any
     * @param endpoints what can be asked there, likewise
     */
    public ListenerPlan beside(
            Address address,
            FileAccess access,
            AccessPolicy policy,
            String name,
            List<String> endpoints) {
        return new ListenerPlan(
                address,
                access,
                backlog,
                locking,
                policy,
                Optional.empty(),
                metadata.map(
                        about -> new Metadata(name, about.version(), endpoints, about.tags())));
    }

    /** With another mode of the socket file. */
    public ListenerPlan withMode(int mode) {
        return new ListenerPlan(
                address,
                new FileAccess(mode, access.gid()),
                backlog,
                locking,
                policy,
                pidFile,
                metadata);
    }
}
