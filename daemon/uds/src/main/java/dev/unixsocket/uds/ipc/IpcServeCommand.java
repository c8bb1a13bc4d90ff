package dev.unixsocket.uds.ipc;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.services.ipc.IpcLimits;
import dev.unixsocket.services.ipc.IpcServer;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.services.wire.FrameDecoder;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.ListenerOptions;
import dev.unixsocket.uds.cli.LogLevelConverter;
import dev.unixsocket.uds.cli.Logging;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.StandardStreams;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
        sortOptions = false,
        description = {
            "Answer LiteBase messages (length-prefixed MessagePack).",
            "",
            "Answers health_check and, with --database, db_connect and query. Over a Unix"
                    + " domain socket processes of the same user are served, and those whom"
                    + " --allow-user, --group or --allow-anyone add. --port 0 takes a free port,"
                    + " which the log names. SIGTERM, SIGINT and SIGHUP stop the service after the"
                    + " requests in hand."
        },
        exitCodeListHeading = "%nExit status:%n",
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

    @Option(
            names = {"--log-level", "-log-level"},
            paramLabel = "LEVEL",
            defaultValue = "info",
            converter = LogLevelConverter.class,
            description =
                    "debug, info, warn or error. With debug there are no time limits."
                            + " Default: info")
    private Logging.Threshold logLevel;

    @Option(
            names = "--read-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Time for the next whole message to come. Default: 30s")
    private Duration readTimeout;

    @Option(
            names = "--write-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Time for a peer to take an answer. Default: 30s")
    private Duration writeTimeout;

    @Option(
            names = "--max-frame",
            paramLabel = "BYTES",
            defaultValue = "" + FrameDecoder.DEFAULT_MAX_FRAME_BYTES,
            description = "Longest message. Default: 10485760 (10 MiB)")
    private int maxFrameBytes;

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
                    "Time for a statement of a query, which is then interrupted; so it is when its"
                            + " client has gone, and a second after the service was asked to stop."
                            + " Default: 30s")
    private Duration statementTimeout;

    @Option(
            names = "--transaction-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "Time for the next statement of a transaction to come, which is then rolled"
                            + " back. Default: 10s")
    private Duration transactionTimeout;

    @Mixin private final ListenerOptions listenerOptions = ListenerOptions.locked();

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    IpcServeCommand() {}

    @Override
    public Integer call() throws IOException {
        check();
        Logging.configure(logLevel);
        StopSignals signals = StandardStreams.stopSignals();
        IpcServer.Builder builder = builder();
        try (IpcServer server = builder.on(openListener(builder.types()))) {
            LOG.log(Level.INFO, "listening on " + server.address());
            if (server.address() instanceof Address.Loopback) {
                LOG.log(Level.WARNING, "anyone on this machine can connect to a TCP port");
            }
            server.run(signals);
        }
        LOG.log(Level.INFO, "stopped");
        return 0;
    }

    private IpcServer.Builder builder() throws IOException {
        boolean unlimited = logLevel == Logging.Threshold.DEBUG;
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
        return IpcServer.builder()
                .maxConnections(maxConnections)
                .limits(
                        new IpcLimits(
                                maxFrameBytes,
                                unlimited ? Duration.ZERO : readTimeout,
                                unlimited ? Duration.ZERO : writeTimeout))
                .provided(settings);
    }

    private Listener openListener(List<String> endpoints) throws IOException {
        require(
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
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(directory.getParent());
            SocketFile.prepareDirectory(directory, DIRECTORY_MODE);
        }
    }

    private void check() {
        require(readTimeout.isPositive(), "--read-timeout must be more than 0");
        require(writeTimeout.isPositive(), "--write-timeout must be more than 0");
        require(statementTimeout.isPositive(), "--statement-timeout must be more than 0");
        require(transactionTimeout.isPositive(), "--transaction-timeout must be more than 0");
        require(
                maxFrameBytes >= 1024 && maxFrameBytes <= 1 << 30,
                "--max-frame must be 1024 to 1073741824");
        require(
                maxConnections >= 1 && maxConnections <= 10_000,
                "--max-connections must be 1 to 10000");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
