package dev.unixsocket.daemon.discovery;

import dev.unixsocket.daemon.cli.FailureText;
import dev.unixsocket.daemon.cli.Options;
import dev.unixsocket.daemon.wire.Json;
import dev.unixsocket.ffi.SocketProbe;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code uds ls}. */
@Command(
        name = "ls",
        sortOptions = false,
        description = {
            "List the sockets of directories, and who listens on them.",
            "",
            "A test connection to each finds out whether somebody listens; nothing is sent. The"
                    + " process is the one that called listen(2), by the kernel's word.",
            "States: listening; bound (a process has it and does not listen); stale (nobody is"
                    + " behind it); refused (no permission); unknown."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all directories were read", "1:one could not be read", "2:usage"})
public final class LsCommand implements Callable<Integer> {

    private static final int MAX_COMMAND = 48;

    @Parameters(
            paramLabel = "DIR",
            description = "Default: $XDG_RUNTIME_DIR and /run, those that can be read")
    private List<Path> directories = List.of();

    @Option(names = "--recursive", description = "Also the directories below.")
    private boolean recursive;

    @Option(names = "--json", description = "A JSON object for each socket, one on a line.")
    private boolean json;

    @Option(
            names = "--handshake",
            description =
                    "Ask those that listen for metadata: sends and reads bytes, to be used where"
                            + " services know this question.")
    private boolean handshake;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public LsCommand() {}

    @Override
    public Integer call() {
        Scan scan =
                new Scan(
                        recursive ? Scan.Depth.RECURSIVE : Scan.Depth.FLAT,
                        handshake ? Scan.Handshake.ON : Scan.Handshake.OFF);
        PrintWriter err = spec.commandLine().getErr();
        Map<Path, DiscoveredSocket> found = new TreeMap<>();
        int status = 0;
        for (Path directory : directories.isEmpty() ? defaults() : directories) {
            try {
                SocketDirectory.of(directory)
                        .scan(scan)
                        .forEach(socket -> found.put(socket.path(), socket));
            } catch (IOException e) {
                err.println("cannot read " + HarmlessText.of(FailureText.of(e)));
                status = 1;
            }
        }
        if (json) {
            found.values().forEach(socket -> print(Json.asciiLine(fields(socket))));
        } else {
            printTable(found.values());
            found.values()
                    .forEach(
                            socket ->
                                    socket.metadata()
                                            .problems()
                                            .forEach(
                                                    problem ->
                                                            err.println(warning(socket, problem))));
        }
        return status;
    }

    private static List<Path> defaults() {
        String runtime = System.getenv().getOrDefault("XDG_RUNTIME_DIR", "");
        return Stream.of(runtime, "/run")
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(Files::isReadable)
                .toList();
    }

    private static String warning(DiscoveredSocket socket, String problem) {
        return HarmlessText.of(socket.path().toString()) + ": " + HarmlessText.of(problem);
    }

    private static Map<String, Object> fields(DiscoveredSocket socket) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("path", socket.path().toString());
        fields.put("state", socket.state().toString());
        fields.put("type", type(socket));
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

    private static String type(DiscoveredSocket socket) {
        return socket.type() == SocketProbe.Type.UNKNOWN
                ? null
                : socket.type().name().toLowerCase(Locale.ROOT);
    }

    private void printTable(Collection<DiscoveredSocket> sockets) {
        TextTable table =
                new TextTable(
                        "PATH", "STATE", "TYPE", "MODE", "OWNER", "PID", "COMMAND", "METADATA");
        for (DiscoveredSocket socket : sockets) {
            String type = type(socket);
            table.row(
                    HarmlessText.of(socket.path().toString()),
                    socket.state().toString(),
                    type == null ? "-" : type,
                    "%04o".formatted(socket.mode()),
                    HarmlessText.of(socket.owner()),
                    socket.pid().map(String::valueOf).orElse("-"),
                    command(socket),
                    HarmlessText.of(summary(socket.metadata().values())));
        }
        table.lines().forEach(this::print);
    }

    /** A listener outlives the process that called listen(2) when that has left it to a child. */
    private static String command(DiscoveredSocket socket) {
        boolean gone = socket.pid().map(Integer::longValue).flatMap(ProcessHandle::of).isEmpty();
        return socket.command()
                .map(HarmlessText::of)
                .map(LsCommand::shorten)
                .orElse(socket.pid().isPresent() && gone ? "(gone)" : "-");
    }

    /** Without the program's folder, and no longer than a table can bear. */
    private static String shorten(String commandLine) {
        String command = commandLine.replaceFirst("^/[^ ]*/", "");
        return command.length() <= MAX_COMMAND
                ? command
                : command.substring(0, MAX_COMMAND - 1) + "…";
    }

    private static String summary(Map<String, Object> metadata) {
        StringBuilder line = new StringBuilder();
        metadata.forEach(
                (name, value) ->
                        line.append(line.isEmpty() ? "" : " ")
                                .append(name)
                                .append('=')
                                .append(
                                        value instanceof String text
                                                ? text
                                                : Json.asciiLine(value)));
        return line.toString();
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }
}
