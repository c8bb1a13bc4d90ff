package dev.unixsocket.uds.observatory;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import dev.unixsocket.testing.Program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code uds observe} of the distribution with its sockets in a folder, and the tools that people
 * use with it.
 */
final class ObserveProgram {

    private final Supplier<Path> folder;

    /**
     * It and its tools.
     *
     * @param folder asked when it is needed, since a test has it only then
     */
    ObserveProgram(Supplier<Path> folder) {
        this.folder = folder;
    }

    static String uds() {
        return Program.dist().resolve("bin/uds").toString();
    }

    Path socket() {
        return folder.get().resolve("in.sock");
    }

    Path outputSocket() {
        return folder.get().resolve("out.sock");
    }

    /** The command, not started. */
    Program.Builder command(String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("observe", "--socket", socket().toString()));
        arguments.add("--output-timeout=20s"); // on a busy machine a test may read late
        arguments.addAll(List.of(options));
        return Program.dist("uds", arguments.toArray(String[]::new));
    }

    /** Starts it, and waits until it answers. */
    Program start(String... options) {
        Program observe = command(options).start().awaitFile(socket());
        if (List.of(options).contains("--output-socket")) {
            observe.awaitFile(outputSocket());
        }
        awaitAnswer();
        return observe;
    }

    /** A socket file is there a moment before somebody listens. */
    ObserveProgram awaitAnswer() {
        requireTool("curl", "to see that it answers");
        Program.await(() -> get("/health").equals("{\"status\": \"ok\"}"), "an answer");
        return this;
    }

    String get(String path) {
        return Program.tool(
                        "curl",
                        "-s",
                        "--unix-socket",
                        socket().toString(),
                        "http://localhost" + path)
                .run()
                .stdout();
    }

    /** Sends an event. */
    Program.Builder curl(String event, String payload) {
        return Program.tool(
                "curl",
                "-s",
                "--unix-socket",
                socket().toString(),
                "-d",
                payload,
                "http://localhost/hook?event=" + event);
    }

    /** A reader that is known to the service when this returns. */
    Program reader() {
        requireTool("nc", "to read the output socket");
        Program reader = Program.tool("nc", "-U", outputSocket().toString()).start();
        Program.await(
                () -> {
                    curl("probe", "").run();
                    return !reader.stdout().isEmpty();
                },
                "a line at the reader");
        return reader;
    }

    /** The lines that came out, but for those of {@link #reader}'s own. */
    static List<String> events(Program program) {
        return program.stdout().lines().filter(line -> !line.contains("\"probe\"")).toList();
    }
}
