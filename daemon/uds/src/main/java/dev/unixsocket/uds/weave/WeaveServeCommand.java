package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.services.weave.WeaveDaemon;
import dev.unixsocket.services.weave.WeaveSocket;
import dev.unixsocket.uds.cli.GivenOptions;
import dev.unixsocket.uds.cli.ListenerOptions;
import dev.unixsocket.uds.cli.LogLevelConverter;
import dev.unixsocket.uds.cli.LogOptions;
import dev.unixsocket.uds.cli.Logging;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.SharedMemoryOption;
import dev.unixsocket.uds.cli.StandardStreams;
import dev.unixsocket.uds.cli.TimeLimits;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/** {@code uds weave serve} and {@code weave-compute}. */
@Command(
        name = "serve",
        description = {
            "Serve WEVE requests on $XDG_RUNTIME_DIR/weave/weave.sock, or with --socket-path on a"
                    + " connection to the program that owns that socket.",
            "",
            "Processes of the same user are served, and those that --allow-user, --group or"
                    + " --allow-anyone add. One request is served on a connection,"
                    + " and one connection at a time unless --workers says otherwise."
                    + " On SIGTERM and SIGINT the daemon finishes the current request and exits.",
            "",
            ListenerOptions.OTHER_SIGNALS,
            "",
            "The environment variable WEAVE_LOG_LEVEL does the same as --log-level."
        },
        exitCodeList = {
            "0:stopped by a signal; with --socket-path also: the connection was closed, or standard"
                    + " input ended",
            "1:could not start, or could not go on; standard error says why",
            "2:wrong command line"
        })
final class WeaveServeCommand implements Callable<Integer> {

    @Option(
            names = {"-s", "--socket-path"},
            paramLabel = "PATH",
            description =
                    "Connect to the socket of the program that started this one, as weave does, and"
                        + " serve one request after another on that connection. The daemon exits"
                        + " when the connection is closed, when standard input ends or delivers a"
                        + " byte, and on SIGTERM or SIGINT. It creates and removes no file. The"
                        + " only other option allowed is --log-level.")
    private Optional<String> socketPath;

    @Mixin private LogOptions log;

    @Mixin private final TimeLimits timeLimits = TimeLimits.of("60s", "5s");

    @Option(
            names = "--backlog",
            paramLabel = "N",
            defaultValue = "5",
            description = "Connections that may wait to be accepted. Default: 5")
    private int backlog;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Connections that are served at once. Default: 1")
    private int workers;

    @Mixin private SpinOption spin;

    @Mixin private SharedMemoryOption sharedMemory;

    @Mixin private final ListenerOptions listenerOptions = ListenerOptions.unlocked();

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    WeaveServeCommand() {}

    @Override
    public Integer call() throws IOException {
        check();
        Logging.configure(log.level().orElseGet(this::logLevelOfEnvironment));
        StopSignals signals = StandardStreams.serviceSignals();
        if (socketPath.isPresent()) {
            ConnectedService.run(socketPath.get(), signals);
            return 0;
        }
        try (WeaveDaemon daemon = open()) {
            daemon.serve(signals);
        }
        return 0;
    }

    private WeaveDaemon open() throws IOException {
        return WeaveDaemon.open(this::openListener, choices());
    }

    WeaveDaemon.Options choices() {
        return new WeaveDaemon.Options(
                timeLimits.read(),
                timeLimits.write(),
                workers,
                spin.waiting(),
                sharedMemory.limit());
    }

    private Listener openListener() throws IOException {
        Address address =
                listenerOptions.makesFile()
                        ? Address.path(WeaveSocket.path(System.getenv()))
                        : listenerOptions.address(Path.of(WeaveSocket.FILE)); // only a name
        try (var _ = new StartLimit(address)) {
            return listenerOptions.open(
                    new ListenerOptions.Service(
                            "weave",
                            address,
                            WeaveDaemon.SOCKET_MODE,
                            OptionalInt.of(WeaveDaemon.DIRECTORY_MODE),
                            backlog,
                            List.of("generate")));
        }
    }

    private Logging.Threshold logLevelOfEnvironment() {
        String level = System.getenv("WEAVE_LOG_LEVEL");
        if (level == null || level.isEmpty()) {
            return Logging.Threshold.INFO;
        }
        try {
            return new LogLevelConverter().convert(level);
        } catch (TypeConversionException e) {
            throw options.wrong("WEAVE_LOG_LEVEL: " + e.getMessage());
        }
    }

    private void check() {
        options.require(backlog >= 0, "--backlog cannot be negative");
        if (socketPath.isPresent()) {
            new GivenOptions(spec)
                    .refuseAllBut(
                            "is for a daemon that listens: not with --socket-path",
                            "--socket-path",
                            "--log-level");
        }
        options.require(workers >= 1 && workers <= 1024, "--workers must be 1 to 1024");
        spin.waiting();
        sharedMemory.limit();
    }
}
