package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ServiceManager;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.services.weave.WeaveDaemon;
import dev.unixsocket.services.weave.WeaveSocket;
import dev.unixsocket.uds.cli.Logging;
import dev.unixsocket.uds.cli.Program;
import dev.unixsocket.uds.cli.StandardStreams;

import java.io.IOException;
import java.nio.file.Path;

/** {@code weave-compute}: {@code uds weave serve} under the name of the C daemon. */
public final class WeaveCompute {

    private WeaveCompute() {}

    /** Runs the daemon. */
    public static void main(String[] arguments) {
        StandardStreams.serviceSignals(); // before all that takes time
        if (arguments.length == 0 && environmentAsksForNothing()) {
            Program.main(WeaveCompute::serve);
        }
        Program.versionAlone(arguments);
        Program.main("weave-compute", new WeaveServeCommand(), arguments);
    }

    private static boolean environmentAsksForNothing() {
        return System.getenv().getOrDefault("WEAVE_LOG_LEVEL", "").isEmpty()
                && !new ServiceManager(System.getenv()).gaveListener();
    }

    /** As {@link WeaveServeCommand#call} does without an option. */
    private static int serve() throws IOException {
        Logging.configure(Logging.Threshold.INFO);
        StopSignals signals = StandardStreams.serviceSignals();
        Path socket = WeaveSocket.path(System.getenv());
        try (WeaveDaemon daemon =
                WeaveDaemon.open(() -> listen(socket), WeaveDaemon.Options.DEFAULT)) {
            daemon.serve(signals);
        }
        return 0;
    }

    private static Listener listen(Path socket) throws IOException {
        try (var _ = new StartLimit(Address.path(socket))) {
            return Listener.open(WeaveDaemon.listener(socket));
        }
    }
}
