package dev.unixsocket.uds.ipc;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.services.ipc.IpcLimits;
import dev.unixsocket.services.ipc.IpcServer;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.FrameLimit;
import dev.unixsocket.uds.cli.ListenerOptions;
import dev.unixsocket.uds.cli.LogLevelConverter;
import dev.unixsocket.uds.cli.LogOptions;
import dev.unixsocket.uds.cli.Logging;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.OwnDirectories;
import dev.unixsocket.uds.cli.SharedMemoryOption;
import dev.unixsocket.uds.cli.StandardStreams;
import dev.unixsocket.uds.cli.TimeLimits;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/** {@code uds ipc serve}. */
@Command(
        name = "serve",
        description = {
            "Answer LiteBase messages (length-prefixed MessagePack).",
            "",
            "Answers health_check and, with --database, db_connect and query. Over a Unix"
                    + " domain socket processes of the same user are served, and those whom"
                    + " --allow-user, --group or --allow-anyone add. --port 0 takes a free port,"
                    + " which the log names. On SIGTERM and SIGINT the service finishes the current"
                    + " requests and exits.",
            "",
            ListenerOptions.OTHER_SIGNALS
        },
        exitCodeList = {
            "0:stopped by a signal",
            "1:could not start; standard error says why",
            "2:wrong command line"
        })
final class IpcServeCommand implements Callable<Integer> {

    private static final Logger LOG = System.getLogger("dev.unixsocket.ipc");

    private static final int MODE = 0600;
    private static final int DIRECTORY_MODE = 0700;
    private static final int BACKLOG = 128;

    @Mixin private IpcTarget target;

    @Mixin private LogOptions log;

    @Option(
            names = "-log-level",
            paramLabel = "LEVEL",
            converter = LogLevelConverter.class,
            description =
                    "The same as --log-level, in LiteBase's spelling. debug switches the read and"
                            + " write timeouts off.")
    private Optional<Logging.Threshold> logLevel;

    @Mixin private final TimeLimits timeLimits = TimeLimits.of("30s", "30s");

    @Mixin private FrameLimit frameLimit;

    @Mixin private SharedMemoryOption sharedMemory;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "Connections that are served at once. Default: 64")
    private int maxConnections;

    @Option(
            names = "--database",
            paramLabel = "FILE",
            description = "Answer db_connect and query on this SQLite database.")
    private Optional<Path> database;

    @Option(
            names = "--statement-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description =
                    "Interrupt a statement after this time; also when its client leaves, and one"
                            + " second after the service was asked to stop."
                            + " Default: 30s")
    private Duration statementTimeout;

    @Option(
            names = "--transaction-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "Roll a transaction back if its next statement does not arrive within this"
                            + " time. Default: 10s")
    private Duration transactionTimeout;

    @Mixin private final ListenerOptions listenerOptions = ListenerOptions.locked();

    @Mixin private Options options;

    IpcServeCommand() {}

    @Override
    public Integer call() throws IOException {
        check();
        Logging.configure(level());
        IpcServer.Builder builder = builder();
        try (IpcServer server = builder.on(openListener(builder.types()))) {
            LOG.log(Level.INFO, "listening on " + server.address());
            if (server.address() instanceof Address.Loopback) {
                LOG.log(Level.WARNING, "anyone on this machine can connect to a TCP port");
            }
            server.run(StandardStreams.serviceSignals()); // which main() has taken over
        }
        LOG.log(Level.INFO, "stopped");
        return 0;
    }

    private Logging.Threshold level() {
        return logLevel.or(log::level).orElse(Logging.Threshold.INFO);
    }

    private IpcServer.Builder builder() throws IOException {
        boolean unlimited = level() == Logging.Threshold.DEBUG;
        Map<String, String> settings =
                database.map(
                                file ->
                                        Map.of(
                                                SqliteHandlers.DATABASE,
                                                file.toString(),
                                                SqliteHandlers.STATEMENT_TIMEOUT,
                                                Long.toString(statementTimeout.toMillis()),
                                                SqliteHandlers.TRANSACTION_TIMEOUT,
                                                Long.toString(transactionTimeout.toMillis())))
                        .orElse(Map.of());
        IpcServer.Builder builder = IpcServer.builder();
        sharedMemory.limit().ifPresent(builder::sharedMemory);
        return builder.maxConnections(maxConnections)
                .limits(
                        new IpcLimits(
                                frameLimit.bytes(),
                                unlimited ? Duration.ZERO : timeLimits.read(),
                                unlimited ? Duration.ZERO : timeLimits.write()))
                .provided(settings);
    }

    private Listener openListener(List<String> endpoints) throws IOException {
        options.require(
                !(target.namesFile() && listenerOptions.isAbstract()),
                "--socket and --abstract are two sockets: one of them");
        Address address =
                switch (target.toListen()) {
                    case Address.UnixPath file -> {
                        if (listenerOptions.makesFile()) {
                            makeDirectory(file.path().toAbsolutePath().getParent());
                        }
                        yield listenerOptions.address(file.path());
                    }
                    case Address other -> {
                        listenerOptions.refuseAboutFiles();
                        yield other;
                    }
                };
        return listenerOptions.open(
                new ListenerOptions.Service(
                        "ipc", address, MODE, OptionalInt.empty(), BACKLOG, endpoints));
    }

    /** As in the original, for this user alone; one that is there stays as it is. */
    private static void makeDirectory(Path directory) throws IOException {
        if (directory != null && !Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            OwnDirectories.make(directory.getParent());
            SocketFile.prepareDirectory(directory, DIRECTORY_MODE);
        }
    }

    private void check() {
        options.require(statementTimeout.isPositive(), "--statement-timeout must be more than 0");
        options.require(
                transactionTimeout.isPositive(), "--transaction-timeout must be more than 0");
        options.require(
                maxConnections >= 1 && maxConnections <= 10_000,
                "--max-connections must be 1 to 10000");
    }
}
