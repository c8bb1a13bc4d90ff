package dev.unixsocket.uds.server;

import dev.unixsocket.testing.Program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Every service as a process of its own, with its socket in a folder, and how to ask it. */
enum Service {
    /** Without an option: the calls of the C original. */
    WEAVE_COMPUTE("weave-compute", "weave/weave.sock"),
    WEAVE("uds", "weave/weave.sock", "weave", "serve", "--lock", "--workers=2", "--spin=50us"),
    IPC("uds", "ipc.sock", "ipc", "serve", "--socket=%s"),
    EVENTS("uds", "channel.sock", "events", "serve", "channel", "--dir=%d", "--wait-for=9"),
    OBSERVE("uds", "in.sock", "observe", "--socket=%s", "--output-socket=%d/out.sock"),
    OBSERVE_NETTY(
            "uds",
            "in.sock",
            "observe",
            "--engine=netty",
            "--socket=%s",
            "--output-socket=%d/out.sock");

    private final String program;
    private final String socket;
    private final List<String> arguments;

    Service(String program, String socket, String... arguments) {
        this.program = program;
        this.socket = socket;
        this.arguments = List.of(arguments);
    }

    Path socketIn(Path folder) {
        return folder.resolve(socket);
    }

    /** Not started. */
    Program.Builder in(Path folder, String... more) {
        List<String> whole = new ArrayList<>();
        for (String argument : arguments) {
            whole.add(
                    argument.replace("%s", socketIn(folder).toString())
                            .replace("%d", folder.toString()));
        }
        whole.addAll(List.of(more));
        return Program.dist(program, whole.toArray(String[]::new))
                .environment("XDG_RUNTIME_DIR", folder.toString());
    }

    /** Serving. */
    Program start(Path folder, String... more) {
        return in(folder, more).start().awaitStderr("listening on " + socketIn(folder));
    }

    /** Asks it something, as a user would: the exit status. */
    int ask(Path folder) {
        String path = socketIn(folder).toString();
        Program.Builder client =
                switch (this) {
                    case WEAVE_COMPUTE, WEAVE ->
                            Program.dist("uds", "weave", "send", "--prompt=x", "--socket", path);
                    case IPC ->
                            Program.dist("uds", "ipc", "send", "-thealth_check", "--socket", path);
                    case EVENTS ->
                            Program.dist("uds", "events", "clients", "channel", "--dir=" + folder);
                    case OBSERVE, OBSERVE_NETTY ->
                            Program.tool(
                                    "curl",
                                    "-sS",
                                    "--unix-socket",
                                    path,
                                    "http://localhost/health");
                };
        return client.run().awaitExit();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
