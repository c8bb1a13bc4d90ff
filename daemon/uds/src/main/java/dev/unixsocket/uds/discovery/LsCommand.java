package dev.unixsocket.uds.discovery;

import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.discovery.Scan;
import dev.unixsocket.services.discovery.SocketDirectory;
import dev.unixsocket.services.wire.Escaped;
import dev.unixsocket.services.wire.FailureText;
import dev.unixsocket.services.wire.Json;
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
import java.util.LinkedHashMap;
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
            "0:all given directories were read",
            "1:a directory, or a part of it, could not be read",
            "2:wrong command line"
        })
public final class LsCommand implements Callable<Integer> {

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

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private final Map<Path, DiscoveredSocket> found = new TreeMap<>();
    private int status;

    /** Made by picocli. */
    public LsCommand() {}

    @Override
    public Integer call() {
        List<Path> directories = names.stream().map(this::path).toList();
        if (directories.isEmpty()) {
            Scan.Depth depth = recursive ? Scan.Depth.RECURSIVE : Scan.Depth.ONE_BELOW;
            defaults().forEach(directory -> find(directory, depth, notForThisUser -> {}));
        } else {
            Scan.Depth depth = recursive ? Scan.Depth.RECURSIVE : Scan.Depth.FLAT;
            directories.forEach(directory -> find(directory, depth, this::cannotRead));
        }
        if (json) {
            found.values().forEach(socket -> print(Json.asciiLine(fields(socket))));
        } else {
            SocketTable.lines(found.values()).forEach(this::print);
            found.values().forEach(this::warn);
        }
        return status;
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
        String path = Escaped.of(socket.path());
        socket.metadata().problems().forEach(problem -> warn(path + ": " + Escaped.of(problem)));
    }

    private void warn(String line) {
        spec.commandLine().getErr().println(line);
    }

    private static Map<String, Object> fields(DiscoveredSocket socket) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("path", socket.absolutePath().toString());
        fields.put("state", socket.state().toString());
        fields.put("type", socket.typeName().orElse(null));
        fields.put("mode", "%04o".formatted(socket.mode()));
        fields.put("uid", Integer.toUnsignedLong(socket.uid()));
        fields.put("owner", socket.owner());
        fields.put("pid", socket.pid().orElse(null));
        fields.put("command", socket.command().orElse(null));
        fields.put("metadata", socket.metadata().values());
        if (!socket.metadata().problems().isEmpty()) {
            fields.put("problems", socket.metadata().problems());
        }
        return fields;
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }
}
