package dev.unixsocket.daemon.discovery;

import dev.unixsocket.daemon.wire.Json;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Sockets as {@code uds ls} shows them to people. Stateless, thread-safe. */
final class SocketTable {

    private static final int MAX_COMMAND = 48;

    private SocketTable() {}

    /** A heading, and a line for each. */
    static List<String> lines(Collection<DiscoveredSocket> sockets) {
        TextTable table =
                new TextTable(
                        "PATH", "STATE", "TYPE", "MODE", "OWNER", "PID", "COMMAND", "METADATA");
        for (DiscoveredSocket socket : sockets) {
            table.row(
                    HarmlessText.of(socket.path().toString()),
                    socket.state().toString(),
                    socket.typeName().orElse("-"),
                    "%04o".formatted(socket.mode()),
                    HarmlessText.of(socket.owner()),
                    socket.pid().map(String::valueOf).orElse("-"),
                    command(socket),
                    HarmlessText.of(summary(socket.metadata().values())));
        }
        return table.lines();
    }

    /** A listener outlives the process that called listen(2) when that has left it to a child. */
    private static String command(DiscoveredSocket socket) {
        boolean gone = socket.pid().map(Integer::longValue).flatMap(ProcessHandle::of).isEmpty();
        return socket.command()
                .map(HarmlessText::of)
                .map(SocketTable::shorten)
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
}
