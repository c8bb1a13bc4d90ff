package dev.unixsocket.uds.discovery;

import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.ListeningSockets;
import dev.unixsocket.services.discovery.ServiceList;
import dev.unixsocket.services.discovery.SocketDirectory;
import dev.unixsocket.services.discovery.SocketSource;
import dev.unixsocket.services.discovery.SocketState;
import dev.unixsocket.services.discovery.SocketWatch;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.services.wire.Escaped;
import dev.unixsocket.services.wire.FailureText;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.OutputFile;
import dev.unixsocket.uds.cli.StandardStreams;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code uds export}. */
@Command(
        name = "export",
        description = {
            "Write a list of the listening sockets in a directory, for Prometheus's file-based"
                    + " discovery or as JSON.",
            "",
            "The file is replaced atomically, so readers never see a part of it."
        },
        exitCodeList = {
            "0:written, or ended by a signal",
            "1:the directory cannot be read, the file cannot be written, or the list may be old",
            "2:wrong command line"
        })
public final class ExportCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The directory; those below it are not searched")
    private Path directory;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description = "prometheus or json")
    private ServiceList.Format format;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where to write the list. Default: standard output")
    private Path output;

    @Option(
            names = "--watch",
            description =
                    "Keep running, and write the file again whenever the list changes. Needs"
                            + " --output with the name of a file.")
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = DurationConverter.Positive.class,
            description =
                    "With --watch: how often to check for changed metadata and dead listeners."
                            + " Default: 2s")
    private Duration interval;

    @Mixin private final RemoteOptions remote;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private int status;

    /** Of this machine alone. */
    public ExportCommand() {
        this(new RemoteOptions.None());
    }

    /** Also of other machines, if options ask for them. */
    public ExportCommand(RemoteOptions remote) {
        this.remote = remote;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        WatchCommand.requireOne(options, directory, remote);
        options.require(
                !watch || output != null && !isStandardOutput(),
                "--watch needs --output with the name of a file");
        Optional<SocketSource> elsewhere = remote.open(spec.commandLine().getErr()::println);
        if (elsewhere.isEmpty()) {
            export(SocketDirectory.of(directory));
        } else {
            try (SocketSource sockets = elsewhere.get()) {
                export(sockets);
            }
        }
        return status;
    }

    private void export(SocketSource sockets) throws IOException, InterruptedException {
        if (watch) {
            keepFresh(sockets);
        } else {
            write(ServiceList.render(listening(sockets), format));
        }
    }

    private List<DiscoveredSocket> listening(SocketSource sockets) throws IOException {
        return sockets.scan(remote.areGiven() ? this::notCurrent : unread -> {}).stream()
                .filter(socket -> socket.state() == SocketState.LISTENING)
                .toList();
    }

    private void notCurrent(IOException problem) {
        String text = Escaped.sentence(FailureText.of(problem));
        spec.commandLine().getErr().println(text);
        status = 1;
    }

    private void keepFresh(SocketSource source) throws IOException, InterruptedException {
        StopSignals signals = StandardStreams.stopSignals();
        ListeningSockets listening = new ListeningSockets(interval);
        try (SocketWatch sockets = source.changes(listening, interval)) {
            signals.onStop(
                    () -> {
                        WatchCommand.close(sockets);
                        listening.end();
                    });
            Thread.ofPlatform().daemon().start(() -> endWith(sockets, listening));
            String written = null;
            while (listening.awaitChange()) {
                if (sockets.awaitFirst(interval)) { // before, an empty list would be a wrong one
                    written = writeIfChanged(ServiceList.render(listening.now(), format), written);
                }
            }
            Optional<IOException> failure = sockets.await();
            if (failure.isPresent()) {
                if (written != null) { // a directory has gone, and all that was in it
                    writeIfChanged(ServiceList.render(listening.now(), format), written);
                }
                throw failure.get();
            }
        }
    }

    private String writeIfChanged(String list, String written) throws IOException {
        if (!list.equals(written)) {
            OutputFile.write(output, list.getBytes(StandardCharsets.UTF_8));
        }
        return list;
    }

    /** A watch that ends by itself ends the command. */
    private static void endWith(SocketWatch sockets, ListeningSockets listening) {
        try {
            sockets.await();
            listening.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(String list) throws IOException {
        if (output == null || isStandardOutput()) {
            spec.commandLine().getOut().print(list);
        } else {
            OutputFile.write(output, list.getBytes(StandardCharsets.UTF_8));
        }
    }

    private boolean isStandardOutput() {
        return output.toString().equals("-");
    }
}
