package dev.unixsocket.uds.discovery;

import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.Scan;
import dev.unixsocket.services.discovery.SocketDirectory;
import dev.unixsocket.services.discovery.SocketSource;
import dev.unixsocket.services.wire.Escaped;
import dev.unixsocket.services.wire.FailureText;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.cli.GivenOptions;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.PathConverter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code uds ls}. */
@Command(
        name = "ls",
        description = {
            "List the sockets in directories, and the processes that listen on them.",
            "",
            "A test connection to each socket finds out whether a process listens; nothing is"
                    + " sent. The kernel reports the process that called listen(2).",
            "States: listening; bound (a process has bound it and does not listen); stale (no"
                    + " process has it open); refused (no permission to connect); unknown."
        },
        exitCodeList = {
            "0:all given directories, or the whole list of --etcd, were read",
            "1:a directory, or a part of it, could not be read, or the list may be old",
            "2:wrong command line"
        })
public final class LsCommand implements Callable<Integer> {

    private static final String[] LOCAL = {"--recursive", "--handshake"};

    @Parameters(
            paramLabel = "DIR",
            description =
                    "Default: $XDG_RUNTIME_DIR, /run and their direct subdirectories, as far as"
                            + " they can be read")
    private List<String> names = List.of(); // in a list, picocli calls a bad path one too many

    @Option(names = "--recursive", description = "Search all directories below, too.")
    private boolean recursive;

    @Option(names = "--json", description = "Print a JSON object for each socket, one per line.")
    private boolean json;

    @Option(
            names = "--handshake",
            description =
                    "Ask listening sockets for metadata. This sends bytes: use it only where all"
                            + " services understand the request.")
    private boolean handshake;

    @Mixin private final RemoteOptions remote;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private final Map<Path, DiscoveredSocket> found = new TreeMap<>();
    private int status;

    /** Of this machine alone. */
    public LsCommand() {
        this(new RemoteOptions.None());
    }

    /** Also of other machines, if options ask for them. */
    public LsCommand(RemoteOptions remote) {
        this.remote = remote;
    }

    @Override
    public Integer call() throws IOException {
        if (remote.areGiven()) {
            options.require(names.isEmpty(), "DIR is of this machine: not with --etcd");
            new GivenOptions(spec).refuse("is of this machine: not with --etcd", LOCAL);
            show(ofOtherMachines());
        } else {
            findHere();
            show(found.values());
        }
        return status;
    }

    private List<DiscoveredSocket> ofOtherMachines() throws IOException {
        try (SocketSource sockets = remote.open(notice -> {}).orElseThrow()) {
            return sockets.scan(this::notCurrent);
        }
    }

    private void notCurrent(IOException problem) {
        warn(Escaped.sentence(FailureText.of(problem)));
        status = 1;
    }

    private void show(Collection<DiscoveredSocket> sockets) {
        if (json) {
            sockets.forEach(socket -> print(Json.asciiLine(SocketJson.fields(socket))));
        } else {
            SocketTable.lines(sockets, remote.areGiven()).forEach(this::print);
            sockets.forEach(this::warn);
        }
    }

    private void findHere() {
        List<Path> directories = names.stream().map(this::path).toList();
        if (directories.isEmpty()) {
            Scan.Depth depth = recursive ? Scan.Depth.RECURSIVE : Scan.Depth.ONE_BELOW;
            defaults().forEach(directory -> find(directory, depth, notForThisUser -> {}));
        } else {
            Scan.Depth depth = recursive ? Scan.Depth.RECURSIVE : Scan.Depth.FLAT;
            directories.forEach(directory -> find(directory, depth, this::cannotRead));
        }
    }

    private Path path(String name) {
        try {
            return new PathConverter().convert(name);
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), "DIR: " + e.getMessage());
        }
    }

    private static List<Path> defaults() {
        String runtime = System.getenv().getOrDefault("XDG_RUNTIME_DIR", "");
        return Stream.of(runtime, "/run")
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(Files::isReadable)
                .toList();
    }

    private void find(Path directory, Scan.Depth depth, Consumer<IOException> unread) {
        Scan scan = new Scan(depth, handshake ? Scan.Handshake.ON : Scan.Handshake.OFF);
        try {
            SocketDirectory.of(directory)
                    .scan(scan, unread)
                    .forEach(socket -> found.put(socket.path(), socket));
        } catch (IOException e) {
            cannotRead(e);
        }
    }

    private void cannotRead(IOException failure) {
        warn("cannot read " + Escaped.of(FailureText.of(failure)));
        status = 1;
    }

    private void warn(DiscoveredSocket socket) {
        String path = socket.host().map(host -> Escaped.of(host) + ":").orElse("");
        warn(socket, path + Escaped.of(socket.path()));
    }

    private void warn(DiscoveredSocket socket, String path) {
        socket.metadata().problems().forEach(problem -> warn(path + ": " + Escaped.of(problem)));
    }

    private void warn(String line) {
        spec.commandLine().getErr().println(line);
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }
}
