package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.FileAccess;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.ListenerSpec.Metadata;
import dev.unixsocket.services.server.ServiceManager;
import dev.unixsocket.uds.cli.AbstractNameConverter;
import dev.unixsocket.uds.cli.GivenOptions;
import dev.unixsocket.uds.cli.ModeConverter;
import dev.unixsocket.uds.cli.SocketPath;

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

/** Where {@code uds observe} writes events to. */
final class OutputOptions {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    /** What a service manager calls the socket for readers: {@code FileDescriptorName=}. */
    static final String PASSED_NAME = "readers";

    private static final int USUAL_MODE = 0600;

    private final ServiceManager manager = new ServiceManager(System.getenv()).only(PASSED_NAME);

    @Option(
            names = "--output-socket",
            paramLabel = "PATH",
            description =
                    "Where readers connect to, any number of them. Each gets every event from then"
                            + " on. Standard output then gets none, unless --tee is given. A"
                            + " service manager that passes a socket named readers decides that.")
    private Optional<Path> socket;

    @Option(
            names = "--output-abstract",
            paramLabel = "NAME",
            converter = AbstractNameConverter.class,
            description =
                    "As --output-socket, on the abstract name @NAME instead of a file (Linux). Only"
                            + " processes of the same user may read.")
    private Optional<Address.AbstractName> name;

    @Option(
            names = "--output-mode",
            paramLabel = "OCTAL",
            converter = ModeConverter.class,
            description = "Permissions of the output socket's file. Default: 0600")
    private Optional<Integer> mode;

    @Option(names = "--tee", description = "Write to standard output too.")
    private boolean tee;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /** Made by picocli. */
    OutputOptions() {}

    /**
     * Whether they go together.
     *
     * @throws ParameterException if they do not
     * @throws IllegalArgumentException if {@code --tee} has nothing to add to
     */
    void check() {
        GivenOptions given = new GivenOptions(spec);
        if (name.isPresent()) {
            given.refuse("is for a file: not with --output-abstract", "--output-socket");
        }
        if (socket.isEmpty()) {
            given.refuse("needs a socket file: only with --output-socket", "--output-mode");
        }
        if (mode.isPresent() && socket.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--output-mode needs --output-socket, whose mode it is");
        }
        if (tee && !hasReaders()) {
            throw new IllegalArgumentException(
                    "--tee needs --output-socket or --output-abstract: without one, events go to"
                            + " standard output anyway");
        }
    }

    /**
     * Whether readers have a place of their own.
     *
     * @throws ParameterException if it is that of the senders
     */
    void requireOtherThan(Address senders) {
        if (address().isPresent() && place(address().get()).equals(place(senders))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "senders and readers need a socket each: both are to use " + senders);
        }
    }

    /** One that is equal for two ways to write the path of one file. */
    private static Object place(Address address) {
        if (!(address instanceof Address.UnixPath file)) {
            return address;
        }
        Path path = file.path().toAbsolutePath().normalize();
        try {
            Path directory = path.getParent();
            return directory == null ? path : directory.toRealPath().resolve(path.getFileName());
        } catch (IOException theDirectoryIsYetToBeMade) {
            return path;
        }
    }

    private Optional<Address> address() {
        return name.isPresent() ? name.map(Address.class::cast) : socket.map(this::file);
    }

    private Address file(Path path) {
        try {
            return SocketPath.of(path);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--output-socket: " + e.getMessage());
        }
    }

    /** Whether events go to standard output. */
    boolean includesStandardOutput() {
        return tee || !hasReaders();
    }

    private boolean hasReaders() {
        return address().isPresent() || manager.gaveListener();
    }

    /**
     * Makes the listener for readers, if there is to be one. The mode of its file says who may
     * read; an abstract name has none.
     *
     * @param senders how the other listener was made
     */
    Optional<Listener> open(ListenerSpec senders) throws IOException {
        if (!hasReaders()) {
            return Optional.empty();
        }
        Listener readers =
                Listener.open(
                        senders.beside(
                                        address().orElse(senders.address()),
                                        FileAccess.of(mode.orElse(USUAL_MODE)),
                                        AccessPolicy.byMode(AccessPolicy.sameUser()),
                                        new Metadata(
                                                "observatory-output", List.of("events"), List.of()))
                                .passedBy(manager));
        if (readers.isPassed() && !address().map(readers.address()::equals).orElse(true)) {
            LOG.log(
                    Level.WARNING,
                    "the service manager passed the socket %s for readers, which stays as it is"
                            .formatted(readers.address()));
        }
        return Optional.of(readers);
    }
}
