package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Calls;
import dev.unixsocket.ffi.FileAccess;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.ListenerSpec.Metadata;
import dev.unixsocket.services.server.ServiceManager;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The options about a service's listener, the same in every service:
 *
 * <pre>{@code
 * @Mixin private final ListenerOptions listenerOptions = ListenerOptions.locked();
 *
 * StopSignals signals = StandardStreams.serviceSignals();
 * try (Listener listener = listenerOptions.open(new Service("ipc", address, 0600, ...))) {
 *     PerConnection server = new PerConnection(listener, 64, protocol);
 *     listener.serve(signals, server::run, server::stop);
 * }
 * }</pre>
 */
public final class ListenerOptions {

    /** What signals do that do not stop a service, for its help. */
    public static final String OTHER_SIGNALS =
            "On SIGHUP there is nothing to reload: it keeps running, unless its terminal hung up."
                + " On SIGUSR1 it creates its socket file, and the files beside it, again if they"
                + " were removed.";

    /**
     * A service, and what it does where no option says otherwise.
     *
     * @param name of the service, for its metadata
     * @param address of its socket; a loopback port has no mode, no metadata and no lock
     * @param mode of its socket, such as 0600
     * @param directoryMode of its socket's directory, where nobody else may connect; empty leaves
     *     the directory as it is
     * @param backlog how many connections may wait to be accepted
     * @param endpoints what can be asked of it, for its metadata
     */
    public record Service(
            String name,
            Address address,
            int mode,
            OptionalInt directoryMode,
            int backlog,
            List<String> endpoints) {}

    /** What is about files beside a socket file. */
    private static final String[] ABOUT_FILES = {"--lock", "--metadata", "--tag"};

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private final ListenerSpec.Locking defaultLocking;
    private String serviceName = "";
    private final ServiceManager manager;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--lock",
            negatable = true,
            description =
                    "Lock <socket>.lock, so that no two processes can own the socket; --no-lock"
                            + " relies on a test connection. Default: --lock, for weave-compute"
                            + " --no-lock")
    private Boolean lock;

    @Option(
            names = "--pid-file",
            paramLabel = "PATH",
            description = "Write the process ID to this file, and remove it at exit.")
    private Path pidFile;

    @Option(
            names = "--abstract",
            paramLabel = "NAME",
            converter = AbstractNameConverter.class,
            description =
                    "Listen on the abstract name @NAME instead of a file (Linux). It has no mode:"
                            + " every process in the network namespace can connect, and only the"
                            + " check of its credentials keeps others out.")
    private Address.AbstractName abstractName;

    @Mixin private final AccessOptions access = new AccessOptions();

    @Option(
            names = "--metadata",
            description = "Write metadata about the service to <name>.json beside the socket.")
    private boolean metadata;

    @Option(
            names = "--tag",
            paramLabel = "TAG[,TAG...]",
            description = "Add this to the tags in the metadata; can be repeated.")
    private List<String> tags = List.of();

    @Mixin private final MetricsOption metrics = new MetricsOption();

    private ListenerOptions(ListenerSpec.Locking defaultLocking, ServiceManager manager) {
        this.defaultLocking = defaultLocking;
        this.manager = manager;
    }

    /** For a service that holds a lock unless told otherwise. */
    public static ListenerOptions locked() {
        return locked(new ServiceManager(System.getenv()));
    }

    /**
     * As {@link #locked()}, for a service that has another socket too.
     *
     * @param manager which gives the one that these options are about
     */
    public static ListenerOptions locked(ServiceManager manager) {
        return new ListenerOptions(ListenerSpec.Locking.LOCK_FILE, manager);
    }

    /**
     * For a service that does as a C original: it holds no lock unless told to, and makes that
     * one's system calls unless something is asked for that the original has not.
     */
    public static ListenerOptions unlocked() {
        return new ListenerOptions(ListenerSpec.Locking.NONE, new ServiceManager(System.getenv()));
    }

    /**
     * Whether anything is asked for beyond the plain socket file: by an option, or by a service
     * manager that passed a listener.
     */
    private boolean anythingAsked() {
        return manager.gaveListener()
                || locking() == ListenerSpec.Locking.LOCK_FILE
                || pidFile != null
                || abstractName != null
                || access.isAsked()
                || metadata
                || metrics.isAsked()
                || !tags.isEmpty();
    }

    /** Whether the socket is a file, and this process is to make it. */
    public boolean makesFile() {
        return abstractName == null && !manager.gaveListener();
    }

    /**
     * The address of a socket file, or the abstract name that is asked for in its place.
     *
     * @throws ParameterException if no socket can have that path
     */
    public Address address(Path path) {
        return address(path, "");
    }

    /** As {@link #address(Path)}, for a path that an option or a variable named. */
    public Address address(Path path, String whoNamedIt) {
        if (abstractName != null) {
            return abstractName;
        }
        try {
            return SocketPath.of(path);
        } catch (IllegalArgumentException e) {
            String named = whoNamedIt.isEmpty() ? "" : whoNamedIt + ": ";
            throw new ParameterException(spec.commandLine(), named + e.getMessage());
        }
    }

    /**
     * Makes the listener that the options ask for.
     *
     * @throws IOException if it cannot be made; nothing is left behind
     * @throws ParameterException if an option names what does not exist, or means nothing here
     */
    public Listener open(Service service) throws IOException {
        return open(spec(service));
    }

    /** As {@link #open(Service)}, what {@link #spec} made of the service. */
    public Listener open(ListenerSpec wanted) throws IOException {
        Listener listener = Listener.open(wanted);
        try {
            metrics.show(listener, serviceName, locking(), access);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        if (manager.gaveListener()) {
            warnOfIgnored(listener.address(), wanted.address());
        }
        if (listener.address() instanceof Address.UnixPath file && access.namesOthers()) {
            access.visitors().stream()
                    .flatMap(visitor -> SocketPath.closedAt(file.path(), visitor).stream())
                    .distinct()
                    .forEach(why -> LOG.log(Level.WARNING, "other users cannot connect: " + why));
        }
        return listener;
    }

    /** A service manager that passes a listener has made its file, too. */
    private void warnOfIgnored(Address passed, Address wanted) {
        List<String> ignored =
                new GivenOptions(spec).among("--abstract", "--mode", "--group", "--socket");
        if (passed instanceof Address.UnixPath file
                && wanted instanceof Address.UnixPath other
                && file.path().toAbsolutePath().equals(other.path().toAbsolutePath())) {
            ignored.remove("--socket");
        }
        if (!ignored.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "the service manager passed the socket %s, which stays as it is: %s"
                            .formatted(passed, String.join(", ", ignored)));
        }
    }

    /**
     * What the options ask for. Over TCP they give the PID file, and no more.
     *
     * @throws ParameterException if an option names what does not exist, or means nothing here
     * @throws IOException if a service manager passed a listener in place of a port
     */
    public ListenerSpec spec(Service service) throws IOException {
        serviceName = service.name();
        GivenOptions given = new GivenOptions(spec);
        boolean overTcp = service.address() instanceof Address.Loopback;
        if (overTcp) {
            given.refuse("needs a Unix domain socket: not over TCP", "--abstract");
            given.refuse("needs a Unix domain socket: not over TCP", AccessOptions.NAMES);
            given.refuse("needs a Unix domain socket: not over TCP", MetricsOption.NAME);
            if (manager.gaveListener()) {
                throw new IOException(
                        "the service manager passed a Unix domain socket (LISTEN_FDS): not over"
                                + " TCP");
            }
        }
        if (abstractName != null) {
            given.refuse("needs a socket file: not with --abstract", "--mode");
            given.refuse("needs a socket file: not with --abstract", ABOUT_FILES);
        }
        if (!metadata && !overTcp) {
            given.refuse("is for the metadata: only with --metadata", "--tag");
        }
        return new ListenerSpec(
                service.address(),
                access.file(service.mode()),
                directory(service),
                defaultLocking == ListenerSpec.Locking.NONE && !anythingAsked()
                        ? Calls.PLAIN
                        : Calls.SAFE,
                service.backlog(),
                locking(),
                access.policy(),
                Optional.ofNullable(pidFile),
                metadata || overTcp
                        ? Optional.of(new Metadata(service.name(), service.endpoints(), tags()))
                        : Optional.empty(),
                manager);
    }

    /**
     * Who may connect, for a service that leaves it to the mode of a socket file: the credentials
     * of peers count only where no mode speaks for them, or users are named.
     */
    public AccessPolicy policyBesideMode() {
        boolean modeSaysWho =
                !access.namesUsers() && (!access.namesGroup() || !manager.gaveListener());
        return modeSaysWho ? AccessPolicy.byMode(access.policy()) : access.policy();
    }

    private Optional<FileAccess> directory(Service service) {
        return service.directoryMode().isPresent()
                ? Optional.of(access.directory(service.directoryMode().getAsInt(), service.mode()))
                : Optional.empty();
    }

    /**
     * For a service that has no file of its own over TCP.
     *
     * @throws ParameterException if an option is given that is about one
     */
    public void refuseAboutFiles() {
        new GivenOptions(spec).refuse("needs a socket file: not over TCP", ABOUT_FILES);
    }

    /** Whether a lock is to be held. */
    public ListenerSpec.Locking locking() {
        if (lock == null) {
            return defaultLocking;
        }
        return lock ? ListenerSpec.Locking.LOCK_FILE : ListenerSpec.Locking.NONE;
    }

    /** What the user wants to find the service by. */
    public List<String> tags() {
        // picocli would take quotes for more than characters
        return tags.stream().flatMap(some -> Stream.of(some.split(","))).toList();
    }

    /** Whether the socket is an abstract name. */
    public boolean isAbstract() {
        return abstractName != null;
    }
}
