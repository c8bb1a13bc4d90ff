package dev.unixsocket.uds.discovery;

import dev.unixsocket.services.discovery.DiscoveredSocket;
import dev.unixsocket.services.wire.Escaped;
import dev.unixsocket.services.wire.Json;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Sockets as {@code uds ls} shows them to people. Stateless, thread-safe. */
final class SocketTable {

    private static final int MAX_COMMAND = 48;
    private static final int MAX_METADATA = 120;

    private static final String LAUNCHER = " -Duds.launcher=";
    private static final String MODULE = " --module dev.unixsocket.uds/";

    private static final String[] HEADINGS = {
        "PATH", "STATE", "TYPE", "MODE", "OWNER", "PID", "COMMAND", "METADATA"
    };

    private SocketTable() {}

    /**
     * A heading, and a line for each.
     *
     * @param hosts whether there is a column for the host
     */
    static List<String> lines(Collection<DiscoveredSocket> sockets, boolean hosts) {
        TextTable table = new TextTable(hosts ? withHost("HOST", HEADINGS) : HEADINGS);
        for (DiscoveredSocket socket : sockets) {
            String[] cells = cells(socket);
            table.row(hosts ? withHost(socket.host().map(Escaped::of).orElse("-"), cells) : cells);
        }
        return table.lines();
    }

    private static String[] withHost(String host, String[] cells) {
        return Stream.concat(Stream.of(host), Stream.of(cells)).toArray(String[]::new);
    }

    private static String[] cells(DiscoveredSocket socket) {
        return new String[] {
            Escaped.of(socket.path()),
            socket.state().toString(),
            socket.typeName().orElse("-"),
            "%04o".formatted(socket.mode()),
            Escaped.of(socket.owner()),
            socket.pid().map(String::valueOf).orElse("-"),
            command(socket),
            cut(Escaped.of(summary(socket.metadata().values())), MAX_METADATA)
        };
    }

    /** A listener outlives the process that called listen(2) when that has left it to a child. */
    private static String command(DiscoveredSocket socket) {
        return socket.command()
                .map(Escaped::of)
                .map(SocketTable::shorten)
                .orElseGet(() -> hasGone(socket) ? "(gone)" : "-");
    }

    private static boolean hasGone(DiscoveredSocket socket) {
        return socket.host().isEmpty()
                && socket.pid().isPresent()
                && ProcessHandle.of(socket.pid().get()).isEmpty();
    }

    /** Without the program's folder. */
    private static String shorten(String commandLine) {
        return cut(called(commandLine).replaceFirst("^/[^ ]*/", ""), MAX_COMMAND);
    }

    /** Of this project's programs what the user called, which {@code bin/uds} adds much to. */
    private static String called(String commandLine) {
        int launcher = commandLine.indexOf(LAUNCHER);
        int module = commandLine.indexOf(MODULE, launcher + 1);
        if (launcher < 0 || module < 0) {
            return commandLine;
        }
        int begin = launcher + LAUNCHER.length();
        String path = commandLine.substring(begin, commandLine.indexOf(" -", begin));
        int arguments = commandLine.indexOf(' ', module + MODULE.length());
        return path.substring(path.lastIndexOf('/') + 1)
                + (arguments < 0 ? "" : commandLine.substring(arguments));
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
