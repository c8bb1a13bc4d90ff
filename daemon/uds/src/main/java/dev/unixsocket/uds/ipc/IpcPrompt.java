package dev.unixsocket.uds.ipc;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.ipc.IpcMessage;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.cli.OwnDirectories;

import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.ArgumentCompleter;
import org.jline.reader.impl.completer.NullCompleter;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Reads messages from a terminal, {@code TYPE [JSON]} on a line, and prints the answers. Keeps its
 * history in {@code $XDG_STATE_HOME/uds/ipc_history}, in {@code ~/.local/state} where that is
 * unset.
 *
 * <p>Confined to one thread.
 */
final class IpcPrompt {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Size USUAL_SIZE = new Size(80, 24);

    private static final Completer TYPES =
            new ArgumentCompleter(
                    new StringsCompleter(
                            IpcMessage.HEALTH_CHECK,
                            SqliteHandlers.DB_CONNECT,
                            SqliteHandlers.QUERY,
                            "exit"),
                    NullCompleter.INSTANCE);

    private final Address address;
    private final boolean sharesMemory;
    private IpcClient client;

    IpcPrompt(Address address, boolean sharesMemory) {
        this.address = address;
        this.sharesMemory = sharesMemory;
    }

    int run() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).provider("exec").build()) {
            if (terminal.getWidth() == 0) {
                terminal.setSize(USUAL_SIZE); // a serial line does not know its size
            }
            PrintWriter out = terminal.writer();
            out.printf(
                    "Messages to %s: TYPE [JSON], such as health_check. Ctrl-D ends.%n", address);
            LineReader reader = reader(terminal);
            Optional<String> line = next(reader);
            while (line.isPresent()) {
                if (!line.get().isEmpty()) {
                    out.println(answer(line.get()));
                    out.flush();
                }
                line = next(reader);
            }
            return 0;
        } finally {
            disconnect();
        }
    }

    /** The next line; empty when there will be none. */
    private static Optional<String> next(LineReader reader) {
        try {
            String line = reader.readLine("ipc> ").strip();
            return line.equals("exit") ? Optional.empty() : Optional.of(line);
        } catch (UserInterruptException e) {
            return Optional.of("");
        } catch (EndOfFileException e) {
            return Optional.empty();
        }
    }

    private String answer(String line) {
        String[] words = line.split("\\s+", 2);
        try {
            Map<String, Object> data = words.length > 1 ? Json.object(words[1]) : Map.of();
            return Json.line(request(words[0], data).map());
        } catch (IllegalArgumentException | IOException e) {
            return e.getMessage();
        }
    }

    /** A service closes a connection that was silent for long: then there is a new one. */
    private IpcMessage request(String type, Map<String, Object> data) throws IOException {
        boolean fresh = client == null;
        if (fresh) {
            client =
                    sharesMemory
                            ? IpcClient.connectSharing(address, TIMEOUT)
                            : IpcClient.connect(address, TIMEOUT);
        }
        try {
            return client.request(type, data);
        } catch (IOException e) {
            disconnect();
            if (fresh) {
                throw e;
            }
            return request(type, data);
        }
    }

    private void disconnect() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    private static LineReader reader(Terminal terminal) {
        DefaultParser parser = new DefaultParser();
        parser.setEscapeChars(new char[0]); // a backslash belongs to the JSON, and so do quotes
        parser.setQuoteChars(new char[0]);
        LineReaderBuilder builder =
                LineReaderBuilder.builder()
                        .terminal(terminal)
                        .appName("uds")
                        .parser(parser)
                        .completer(TYPES)
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
        historyFile().ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        return builder.build();
    }

    /** Empty when there is no place for it: then the history lasts as long as the prompt. */
    private static Optional<Path> historyFile() {
        String state = System.getenv("XDG_STATE_HOME");
        Path directory =
                state == null || state.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".local", "state", "uds")
                        : Path.of(state, "uds");
        try {
            OwnDirectories.make(directory);
            return Optional.of(directory.resolve("ipc_history"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
