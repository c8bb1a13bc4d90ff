package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Calls;
import dev.unixsocket.ffi.FileAccess;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a service wants of its listener, and of what surrounds it. {@link Listener#open} does all of
 * it, for every service.
 *
 * @param address the path of its socket file, an abstract name, or a loopback port
 * @param access mode and group of the file
 * @param directory mode and group of the directory of the file, which is made, or corrected; empty
 *     leaves it as it is
 * @param calls which system calls make the file and the listener; {@link Calls#PLAIN} are those of
 *     a C program, which know no group
 * @param backlog how many connections may wait to be accepted
 * @param locking whether a lock file guards the socket file
 * @param policy who may connect
 * @param pidFile where to write the PID
 * @param metadata what to write beside the socket
 * @param manager what may have made the listener already, and wants to be told how it goes
 */
public record ListenerSpec(
        Address address,
        FileAccess access,
        Optional<FileAccess> directory,
        Calls calls,
        int backlog,
        Locking locking,
        AccessPolicy policy,
        Optional<Path> pidFile,
        Optional<Metadata> metadata,
        ServiceManager manager) {

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
     * @param endpoints what can be asked of it
     * @param tags what the user wants to find it by
     */
    public record Metadata(String service, List<String> endpoints, List<String> tags) {}

    private static final int BACKLOG = 128;

    /**
     * For a service inside another program: for this user alone, with a lock file where there is a
     * socket file, and with nothing else.
     */
    public static ListenerSpec locked(Address address, AccessPolicy policy) {
        return new ListenerSpec(
                address,
                FileAccess.of(0600),
                Optional.empty(),
                Calls.SAFE,
                BACKLOG,
                Locking.LOCK_FILE,
                policy,
                Optional.empty(),
                Optional.empty(),
                new ServiceManager(Map.of()));
    }

    /** With another mode of the socket file. */
    public ListenerSpec withMode(int mode) {
        return new ListenerSpec(
                address,
                new FileAccess(mode, access.gid()),
                directory,
                calls,
                backlog,
                locking,
                policy,
                pidFile,
                metadata,
                manager);
    }

    /** With another say about who may connect. */
    public ListenerSpec withPolicy(AccessPolicy other) {
        return new ListenerSpec(
                address, access, directory, calls, backlog, locking, other, pidFile, metadata,
                manager);
    }

    /** At another address. */
    public ListenerSpec at(Address other) {
        return new ListenerSpec(
                other, access, directory, calls, backlog, locking, policy, pidFile, metadata,
                manager);
    }

    /** With another service manager that may have made the listener. */
    public ListenerSpec passedBy(ServiceManager other) {
        return new ListenerSpec(
                address, access, directory, calls, backlog, locking, policy, pidFile, metadata,
                other);
    }

    /**
     * For a further listener of the same service: with the same backlog, lock and tags, and without
     * a PID file or a service manager.
     *
     * @param what is there, for the metadata, if there is any; its tags do not count
     */
    public ListenerSpec beside(
            Address address, FileAccess access, AccessPolicy policy, Metadata what) {
        return new ListenerSpec(
                address,
                access,
                directory,
                calls,
                backlog,
                locking,
                policy,
                Optional.empty(),
                metadata.map(own -> new Metadata(what.service(), what.endpoints(), own.tags())),
                new ServiceManager(Map.of()));
    }
}
