package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Calls;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.server.ServiceManager;
import dev.unixsocket.uds.metrics.MetricsServer;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** {@code --metrics-socket}. Confined to one thread. */
final class MetricsOption {

    /** Its name. */
    static final String NAME = "--metrics-socket";

    private static final int MODE = 0600;
    private static final int BACKLOG = 16;

    @Option(
            names = NAME,
            paramLabel = "PATH",
            description =
                    "Serve metrics for Prometheus on this socket: GET /metrics. Users who may"
                            + " connect to the service may read them. Default: nothing is counted")
    private Optional<Path> socket;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    MetricsOption() {}

    /** Whether anything is to be shown. */
    boolean isAsked() {
        return socket.isPresent();
    }

    /**
     * Lets a listener count and shows it, if that is asked for, until the listener is closed.
     *
     * @param service its name
     * @param access who may look
     */
    void show(Listener listener, String service, ListenerSpec.Locking locking, AccessOptions access)
            throws IOException {
        if (socket.isEmpty()) {
            return;
        }
        ListenerSpec where =
                new ListenerSpec(
                        address(socket.get()),
                        access.file(MODE),
                        Optional.empty(),
                        Calls.SAFE,
                        BACKLOG,
                        locking,
                        access.policy(),
                        Optional.empty(),
                        Optional.empty(),
                        new ServiceManager(Map.of()));
        MetricsServer metrics = MetricsServer.start(where, service);
        listener.closeToo(metrics);
        listener.renewToo(metrics.listener());
        listener.count(metrics.meter());
    }

    private Address address(Path path) {
        try {
            return SocketPath.of(path);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), NAME + ": " + e.getMessage());
        }
    }
}
