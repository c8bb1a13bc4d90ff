package dev.unixsocket.uds.discovery;

import dev.unixsocket.services.discovery.SocketDirectory;
import dev.unixsocket.services.discovery.SocketEvent;
import dev.unixsocket.services.discovery.SocketSource;
import dev.unixsocket.services.discovery.SocketWatch;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.services.wire.Escaped;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.StandardStreams;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds watch}. */
@Command(
        name = "watch",
        description = {
            "Print a line when a socket in a directory appears, starts to listen, goes stale or"
                    + " disappears.",
            "",
            "Existing sockets come first. For a socket that is not listening yet, or not"
                + " accessible, only \"appeared\" is printed. SIGTERM, SIGINT and SIGHUP end it."
        },
        exitCodeList = {
            "0:ended by a signal, or standard output was closed",
            "1:the directory cannot be watched, or was removed",
            "2:wrong command line"
        })
public final class WatchCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The directory; those below it are not watched")
    private Path directory;

    @Option(names = "--json", description = "Print JSON objects with event and path.")
    private boolean json;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = DurationConverter.Positive.class,
            description =
                    "How often to check for listeners that died without touching their files."
                            + " Default: 2s")
    private Duration interval;

    @Mixin private final RemoteOptions remote;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private volatile boolean unread;

    /** Of this machine alone. */
    public WatchCommand() {
        this(new RemoteOptions.None());
    }

    /** Also of other machines, if options ask for them. */
    public WatchCommand(RemoteOptions remote) {
        this.remote = remote;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireOne(options, directory, remote);
        StopSignals signals = StandardStreams.stopSignals();
        Optional<SocketSource> elsewhere = remote.open(spec.commandLine().getErr()::println);
        if (elsewhere.isEmpty()) {
            return watch(SocketDirectory.of(directory), signals);
        }
        try (SocketSource sockets = elsewhere.get()) {
            return watch(sockets, signals);
        }
    }

    /** Refuses the command line unless it names a directory or asks for other machines. */
    static void requireOne(Options options, Path directory, RemoteOptions remote) {
        boolean other = remote.areGiven();
        options.require(other || directory != null, "Missing required parameter: 'DIR'");
        options.require(!other || directory == null, "DIR is of this machine: not with --etcd");
    }

    private int watch(SocketSource sockets, StopSignals signals)
            throws IOException, InterruptedException {
        try (SocketWatch watch = sockets.watch(this::print, interval)) {
            signals.onStop(() -> close(watch));
            StandardStreams.output().onFailure(() -> close(watch));
            Optional<IOException> failure = watch.await();
            if (failure.isPresent() && !unread) {
                throw failure.get();
            }
        }
        return 0; // what is wrong with standard output, if anything is, is said for all commands
    }

    static void close(SocketWatch watch) {
        try {
            watch.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(SocketEvent event) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? object(event) : line(event));
        if (out.checkError()) {
            unread = true;
            throw new UncheckedIOException(new IOException("standard output cannot be written"));
        }
    }

    private static String line(SocketEvent event) {
        String host = event.host().map(name -> Escaped.of(name) + " ").orElse("");
        return "%-11s %s%s".formatted(event.kind(), host, Escaped.of(event.path()));
    }

    private static String object(SocketEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", event.kind().toString());
        event.host().ifPresent(host -> fields.put("host", host));
        fields.put("path", event.absolutePath().toString());
        return Json.asciiLine(fields);
    }
}
