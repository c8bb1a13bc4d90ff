package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.FileAccess;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.ListenerPlan;
import dev.unixsocket.services.server.ListenerPlan.Metadata;
import dev.unixsocket.services.server.OpenListener;
import dev.unixsocket.services.server.ServiceManager;
import dev.unixsocket.services.server.Version;

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
import java.util.stream.Stream;

/**
 * The options about a service's socket, the same in every service:
 *
 * <pre>{@code
 * @Mixin private final ListenerOptions socketOptions = ListenerOptions.locked();
 *
 * StopSignals signals = StopSignals.install();
 * try (OpenListener open = socketOptions.open(new Service("ipc", path, 0600, 128, List.of()))) {
 *     Server server = new Server(open.listener(), open.policy(), ...);
 *     open.serve(signals, server::run, server::stop);
 * }
 * }</pre>
 */
public final class ListenerOptions {

    /**
     * A service, and what it does where no option says otherwise.
     *
     * @param name of the service, for its metadata
     * @param path of its socket
     * @param mode of its socket, such as 0600
     * @param backlog how many connections may wait to be accepted
     * @param endpoints what can be asked of it, for its metadata
     */
    public record Service(String name, Path path, int mode, int backlog, List<String> endpoints) {}

    /** What is about files beside a socket file. */
    private static final String[] ABOUT_FILES = {"--lock", "--metadata", "--tag"};

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private final ListenerPlan.Locking defaultLocking;
    private final ServiceManager manager = new ServiceManager(System.getenv());

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--lock",
            negatable = true,
            description =
                    "Hold the lock file <socket>.lock, so that no two processes can own the socket;"
                            + " --no-lock relies on a test connection. Every service but"
                            + " weave-compute holds it by default.")
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
                    "Listen on the abstract name @NAME instead of a file (Linux). There is no mode"
                            + " then: every process in the network namespace can connect, and only"
                            + " the check of its credentials keeps others out.")
    private Address.AbstractName abstractName;

    @Mixin private final AccessOptions access = new AccessOptions();

    @Option(
            names = "--metadata",
            description =
                    "Write a file beside the socket, <name>.json, that says what serves there.")
    private boolean metadata;

    @Option(
            names = "--tag",
            paramLabel = "TAG[,TAG...]",
            description = "Add this to the tags in the metadata; can be repeated.")
    private List<String> tags = List.of();

    private ListenerOptions(ListenerPlan.Locking defaultLocking) {
        this.defaultLocking = defaultLocking;
    }

    /** For a service that holds a lock unless told otherwise. */
    public static ListenerOptions locked() {
        return new ListenerOptions(ListenerPlan.Locking.LOCK_FILE);
    }

    /** For a service that holds no lock unless told to. */
    public static ListenerOptions unlocked() {
        return new ListenerOptions(ListenerPlan.Locking.NONE);
    }

    /**
     * Whether anything is asked for beyond the plain socket file: by an option, or by a service
     * manager that passed a listener.
     */
    public boolean anythingAsked() {
        return manager.gaveListener()
                || locking() == ListenerPlan.Locking.LOCK_FILE
                || pidFile != null
                || abstractName != null
                || access.isAsked()
                || metadata
                || !tags.isEmpty();
    }

    /** Whether the socket is a file, and this process is to make it. */
    public boolean makesFile() {
        return abstractName == null && !manager.gaveListener();
    }

    /**
     * Mode and group of the directory that a service makes for its socket: whomever the mode of the
     * socket lets connect may pass through.
     *
     * @param closed its mode where nobody else may
     * @param socketMode of the socket, where no option says otherwise
     */
    public FileAccess directoryAccess(int closed, int socketMode) {
        return access.directory(closed, socketMode);
    }

    /**
     * Who may connect, for a service that leaves it to the mode of a socket file: the credentials
     * of peers count only where no mode speaks for them, or users are named.
     *
     * @param bound where it listens
     */
    public AccessPolicy policyBesideMode(Address bound) {
        boolean modeSaysWho =
                bound instanceof Address.UnixPath
                        && !access.namesUsers()
                        && (!access.namesGroup() || makesFile());
        return modeSaysWho ? AccessPolicy.anyone() : access.policy();
    }

    /**
     * Makes the listener that the options ask for.
     *
     * @throws IOException if it cannot be made; nothing is left behind
     * @throws ParameterException if an option names what does not exist, or means nothing here
     */
    public OpenListener open(Service service) throws IOException {
        OpenListener open = OpenListener.open(plan(service), manager);
        if (manager.gaveListener()) {
            warnOfIgnored(open.address(), service.path());
        } else if (abstractName == null && access.namesOthers()) {
            SocketPath.closedAt(service.path())
                    .ifPresent(why -> LOG.log(Level.WARNING, "other users cannot connect: " + why));
        }
        return open;
    }

    /** A service manager that passes a listener has made its file, too. */
    private void warnOfIgnored(Address passed, Path path) {
        List<String> ignored =
                new GivenOptions(spec).among("--abstract", "--mode", "--group", "--socket");
        if (passed instanceof Address.UnixPath file
                && file.path().toAbsolutePath().equals(path.toAbsolutePath())) {
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
     * What the options ask for.
     *
     * @throws ParameterException if an option names what does not exist, or means nothing here
     */
    public ListenerPlan plan(Service service) {
        GivenOptions given = new GivenOptions(spec);
        if (abstractName != null) {
            given.refuse("needs a socket file: not with --abstract", "--mode");
            given.refuse("needs a socket file: not with --abstract", ABOUT_FILES);
        }
        if (!metadata) {
            given.refuse("is for the metadata: only with --metadata", "--tag");
        }
        Address address = abstractName == null ? path(service) : abstractName;
        Optional<Metadata> about =
                metadata
                        ? Optional.of(
                                new Metadata(
                                        service.name(),
                                        Version.text(),
                                        service.endpoints(),
                                        tags()))
                        : Optional.empty();
        return plan(address, access.file(service.mode()), service.backlog(), about);
    }

    private Address path(Service service) {
        try {
            return SocketPath.of(service.path());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    /**
     * Makes a listener on a TCP port, of which the options give the PID file, and no more.
     *
     * @throws IOException if it cannot be made; nothing is left behind
     * @throws ParameterException if an option is given that only a Unix domain socket has
     */
    public OpenListener open(Address.Loopback port, int backlog) throws IOException {
        GivenOptions given = new GivenOptions(spec);
        given.refuse("needs a Unix domain socket: not over TCP", "--abstract");
        given.refuse("needs a Unix domain socket: not over TCP", AccessOptions.NAMES);
        if (manager.gaveListener()) {
            throw new IOException(
                    "the service manager passed a Unix domain socket (LISTEN_FDS): not over TCP");
        }
        FileAccess noFile = FileAccess.of(0);
        return OpenListener.open(plan(port, noFile, backlog, Optional.empty()), manager);
    }

    private ListenerPlan plan(
            Address address, FileAccess file, int backlog, Optional<Metadata> about) {
        return new ListenerPlan(
                address,
                file,
                backlog,
                locking(),
                access.policy(),
                Optional.ofNullable(pidFile),
                about);
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
    public ListenerPlan.Locking locking() {
        if (lock == null) {
            return defaultLocking;
        }
        return lock ? ListenerPlan.Locking.LOCK_FILE : ListenerPlan.Locking.NONE;
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
