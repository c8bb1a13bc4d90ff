package dev.unixsocket.daemon.observatory;

import dev.unixsocket.daemon.cli.DurationConverter;
import dev.unixsocket.daemon.cli.LogLevelConverter;
import dev.unixsocket.daemon.cli.Logging;
import dev.unixsocket.daemon.cli.ModeConverter;
import dev.unixsocket.daemon.cli.Options;
import dev.unixsocket.daemon.server.ListenerPlan;
import dev.unixsocket.daemon.server.StopSignals;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds observe}. */
@Command(
        name = "observe",
        sortOptions = false,
        description = {
            "Take events over HTTP on a Unix domain socket, and write each as a line of JSON with"
                    + " the sender's process, user and group as the kernel knows them.",
            "",
            "  curl --unix-socket /tmp/claude-observatory.sock -d '{\"a\": 1}'"
                    + " 'http://localhost/hook?event=Test'",
            "",
            "SIGTERM and SIGINT stop it after the requests in hand."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped by a signal, or by the end of its standard output",
            "1:could not start; standard error says why",
            "2:wrong command line"
        })
public final class ObserveCommand implements Callable<Integer> {

    private static final String SOCKET_VARIABLE = "CLAUDE_UNIX_HOOK_WATCHER";
    private static final String USUAL_SOCKET = "/tmp/claude-observatory.sock";

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description =
                    "Where senders connect to; else what the variable "
                            + SOCKET_VARIABLE
                            + " says. Default: "
                            + USUAL_SOCKET)
    private Optional<Path> socket;

    @Option(
            names = "--mode",
            paramLabel = "OCTAL",
            defaultValue = "0660",
            converter = ModeConverter.class,
            description = "Permissions of that socket file. Default: 0660")
    private int mode;

    @Option(
            names = "--output-socket",
            paramLabel = "PATH",
            description =
                    "Where readers connect to, any number of them. Each gets every event from then"
                            + " on. Standard output then gets none, unless --tee is given.")
    private Optional<Path> outputSocket;

    @Option(
            names = "--output-mode",
            paramLabel = "OCTAL",
            defaultValue = "0600",
            converter = ModeConverter.class,
            description = "Permissions of the output socket's file. Default: 0600")
    private int outputMode;

    @Option(
            names = "--lock",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Hold the lock file <socket>.lock of each socket, so that no two processes can"
                            + " own it; --no-lock relies on a test connection. Default: --lock")
    private boolean lock;

    @Option(names = "--tee", description = "Write to standard output too.")
    private boolean tee;

    @ArgGroup private Pretty pretty;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "ffm",
            description =
                    "What speaks with the sockets: ffm, a readiness loop by direct system calls, or"
                            + " netty. Alike from outside. Default: ffm")
    private Engine.Kind engine;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Time for a whole request to come. Default: 30s")
    private Duration requestTimeout;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            converter = LogLevelConverter.class,
            description = "debug, info, warn or error. Default: info")
    private Logging.Threshold logLevel;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public ObserveCommand() {}

    private static Path usualSocket() {
        String named = System.getenv(SOCKET_VARIABLE);
        return Path.of(named == null || named.isEmpty() ? USUAL_SOCKET : named);
    }

    /** One or none of the formats for people. */
    static final class Pretty {

        @Option(
                names = "--pretty-json",
                description = "Write each event as JSON over several lines.")
        private boolean json;

        @Option(
                names = "--pretty-yaml",
                description = "Write each event as a YAML document, after a --- line.")
        private boolean yaml;

        EventFormat format() {
            return json ? EventFormat.PRETTY_JSON : EventFormat.PRETTY_YAML;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (!requestTimeout.isPositive()) {
            throw new ParameterException(
                    spec.commandLine(), "--request-timeout must be more than 0");
        }
        if (tee && outputSocket.isEmpty()) {
            throw new IllegalArgumentException(
                    "--tee needs --output-socket: without one, events go to standard output"
                            + " anyway");
        }
        Logging.configure(logLevel);
        StopSignals signals = StopSignals.install();
        try (Observatory observatory = Observatory.open(settings(), engine)) {
            signals.onStop(observatory::stop);
            observatory.run();
        }
        return 0;
    }

    private Settings settings() {
        return new Settings(
                socket.orElseGet(ObserveCommand::usualSocket),
                mode,
                outputSocket,
                outputMode,
                lock ? ListenerPlan.Locking.LOCK_FILE : ListenerPlan.Locking.NONE,
                tee || outputSocket.isEmpty(),
                pretty == null ? EventFormat.JSON_LINE : pretty.format(),
                requestTimeout);
    }
}
