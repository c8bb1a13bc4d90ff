package dev.unixsocket.uds.discovery;

import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.ListeningSockets;
import dev.unixsocket.services.discovery.ServiceList;
import dev.unixsocket.services.discovery.SocketDirectory;
import dev.unixsocket.services.discovery.SocketState;
import dev.unixsocket.services.discovery.SocketWatch;
import dev.unixsocket.services.server.StopSignals;
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
            "1:the directory cannot be read, or the file cannot be written",
            "2:wrong command line"
        })
public final class ExportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "The directory; those below it are not searched")
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

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public ExportCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.require(
                !watch || output != null && !isStandardOutput(),
                "--watch needs --output with the name of a file");
        if (watch) {
            keepFresh();
        } else {
            write(ServiceList.render(listening(), format));
        }
        return 0;
    }

    private List<DiscoveredSocket> listening() throws IOException {
        return SocketDirectory.of(directory).scan().stream()
                .filter(socket -> socket.state() == SocketState.LISTENING)
                .toList();
    }

    private void keepFresh() throws IOException, InterruptedException {
        StopSignals signals = StandardStreams.stopSignals();
        ListeningSockets listening = new ListeningSockets();
        try (SocketWatch sockets = SocketDirectory.of(directory).changes(listening, interval)) {
            signals.onStop(
                    () -> {
                        WatchCommand.close(sockets);
                        listening.end();
                    });
            Thread.ofPlatform().daemon().start(() -> endWith(sockets, listening));
            String written = null;
            while (listening.awaitChange(interval)) {
                written = writeIfChanged(ServiceList.render(listening.now(), format), written);
            }
            Optional<IOException> failure = sockets.await();
            if (failure.isPresent()) { // the directory has gone, and all that was in it
                writeIfChanged(ServiceList.render(listening.now(), format), written);
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
