package dev.unixsocket.daemon.discovery;

import dev.unixsocket.daemon.wire.Json;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sockets as {@code uds ls} shows them to people. Stateless, thread-safe. */
final class SocketTable {

    private static final int MAX_COMMAND = 48;
    private static final int MAX_METADATA = 120;

    /** Java with all that {@code bin/uds} adds: what was called, and its arguments. */
    private static final Pattern OWN_PROGRAM =
            Pattern.compile(
                    ".* -Duds\\.launcher=(?:[^=]*?/)?([^/ ]+) (?:-.* )?"
                            + "--module dev\\.unixsocket\\.daemon/[\\w.]+(.*)");

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
                    cut(HarmlessText.of(summary(socket.metadata().values())), MAX_METADATA));
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

    /** Without the program's folder; of this project's programs, what the user started. */
    private static String shorten(String commandLine) {
        Matcher own = OWN_PROGRAM.matcher(commandLine);
        String command = own.matches() ? own.group(1) + own.group(2) : commandLine;
        return cut(command.replaceFirst("^/[^ ]*/", ""), MAX_COMMAND);
    }

    /** No longer than a table can bear, in characters. */
    private static String cut(String text, int limit) {
        return text.codePointCount(0, text.length()) <= limit
                ? text
                : text.substring(0, text.offsetByCodePoints(0, limit - 1)) + "…";
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
