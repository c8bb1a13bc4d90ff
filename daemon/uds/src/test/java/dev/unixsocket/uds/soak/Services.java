package dev.unixsocket.uds.soak;

import dev.unixsocket.testing.Program;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All services of the distribution, each a process of its own with its sockets in one folder, which
 * every user may reach and no other is served at.
 */
final class Services implements AutoCloseable {

    static final String WEAVE = "weave-compute";
    static final String CONNECTED = "weave-compute --socket-path";
    static final String IPC = "ipc serve";
    static final String EVENTS = "events serve";
    static final List<String> ENGINES = List.of("ffm", "netty");

    private final Map<String, Program> programs = new LinkedHashMap<>();
    private final Path folder;
    private final SocketChannel connected;

    Services(Path folder) throws IOException {
        this.folder = folder;
        start(
                WEAVE,
                weave(),
                Program.dist(
                                "weave-compute",
                                "--workers=4",
                                "--read-timeout=15s",
                                "--log-level=warn",
                                "--mode=0666")
                        .environment("XDG_RUNTIME_DIR", folder.toString()));
        connected = startConnected();
        start(
                IPC,
                ipc(),
                Program.dist(
                        "uds",
                        "ipc",
                        "serve",
                        "--socket=" + ipc(),
                        "--database=" + folder.resolve("soak.db"),
                        "--read-timeout=15s",
                        "--write-timeout=15s",
                        "--statement-timeout=15s",
                        "--log-level=error",
                        "--mode=0666"));
        start(
                EVENTS,
                events(),
                Program.dist(
                        "uds",
                        "events",
                        "serve",
                        "soak",
                        "--dir=" + folder,
                        "--max-connections=50",
                        "--log-level=error",
                        "--mode=0666"));
        for (String engine : ENGINES) {
            start(
                    observe(engine),
                    hook(engine),
                    Program.dist(
                            "uds",
                            "observe",
                            "--engine=" + engine,
                            "--socket=" + hook(engine),
                            "--output-socket=" + output(engine),
                            "--request-timeout=15s",
                            "--log-level=error",
                            "--mode=0666",
                            "--allow-user=1"));
        }
    }

    private void start(String name, Path socket, Program.Builder program) {
        programs.put(name, program.start());
        programs.get(name).awaitListener(socket);
    }

    /** Plays the part of weave: owns the socket, and starts the daemon. */
    private SocketChannel startConnected() throws IOException {
        Path socket = folder.resolve("owned.sock");
        try (ServerSocketChannel weave = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            weave.bind(UnixDomainSocketAddress.of(socket));
            programs.put(
                    CONNECTED,
                    Program.dist(WEAVE, "--socket-path", socket.toString())
                            .environment("WEAVE_LOG_LEVEL", "warn")
                            .start());
            return weave.accept();
        }
    }

    Path weave() {
        return folder.resolve("weave/weave.sock");
    }

    /** To the daemon that connects, for one thread. */
    SocketChannel connected() {
        return connected;
    }

    Path ipc() {
        return folder.resolve("ipc.sock");
    }

    Path events() {
        return folder.resolve("soak.sock");
    }

    Path hook(String engine) {
        return folder.resolve(engine + ".sock");
    }

    Path output(String engine) {
        return folder.resolve(engine + "-out.sock");
    }

    static String observe(String engine) {
        return "observe --engine " + engine;
    }

    /** Those that listen. */
    List<Path> sockets() {
        return Stream.concat(
                        Stream.of(weave(), ipc(), events()),
                        ENGINES.stream().flatMap(e -> Stream.of(hook(e), output(e))))
                .toList();
    }

    Program program(String name) {
        return programs.get(name);
    }

    /** Each by its name. */
    Map<String, Program> all() {
        return programs;
    }

    @Override
    public void close() throws IOException {
        connected.close();
        programs.values().forEach(Program::close);
    }
}
