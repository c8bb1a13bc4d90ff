package dev.unixsocket.uds.etcd;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.TestSockets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A machine with sockets in a directory, and an agent that registers them. */
final class Host implements AutoCloseable {

    private static final Path FAKETIME = Path.of("/usr/bin/faketime");

    private final Network network;
    private final Cluster cluster;
    private final String name;
    private final Path folder;
    private final TestSockets sockets;
    private final Duration ttl;
    private final Clock clock;
    private Program agent;

    /** What {@code date} shows there. */
    enum Clock {
        /** The time. */
        RIGHT,
        /** This time tomorrow, where faketime(1) is installed. */
        WRONG
    }

    /**
     * A machine of the network.
     *
     * @param ttl of the keys
     */
    Host(Network network, Cluster cluster, Path folder, String name, Duration ttl, Clock clock)
            throws IOException {
        this.ttl = ttl;
        this.clock = clock;
        this.network = network;
        this.cluster = cluster;
        this.name = name;
        this.folder = Files.createDirectory(folder.resolve(name));
        Files.createDirectory(directory());
        this.sockets = new TestSockets(this::directory);
    }

    private Path directory() {
        return folder.resolve("d");
    }

    /** A program of the distribution there, with {@code --etcd}. */
    Program.Builder uds(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--etcd=" + cluster.urls());
        Program.Builder uds =
                Program.dist("uds", all.toArray(String[]::new))
                        .environment("XDG_RUNTIME_DIR", folder.toString());
        if (clock == Clock.WRONG && Files.isExecutable(FAKETIME)) {
            uds.environment("FAKETIME_FORCE_MONOTONIC_FIX", "0") // else Java's waiting is too short
                    .under(FAKETIME.toString(), "--exclude-monotonic", "-f", "+1d");
        }
        return network.on(name, uds);
    }

    /** Starts the agent. */
    Program register() {
        agent = uds(registering()).start();
        return agent;
    }

    private String[] registering() {
        return new String[] {
            "register",
            directory().toString(),
            "--host=" + name,
            "--ttl=" + ttl.toSeconds() + "s",
            "--interval=500ms",
            "--metrics-socket=" + metricsSocket()
        };
    }

    Program agent() {
        return agent;
    }

    /** The socket of the agent itself. */
    Path ownSocket() {
        return folder.resolve("uds-register/register.sock");
    }

    /** Where the agent shows its figures. */
    Path metricsSocket() {
        return folder.resolve("metrics.sock");
    }

    /** A socket that listens. */
    Path listen(String file) throws IOException {
        return sockets.listening(file);
    }

    /** Its process dies; the file stays. */
    void die(Path socket) throws IOException {
        sockets.die(socket);
    }

    /** The socket is closed and its file removed. */
    void remove(Path socket) {
        try {
            Files.delete(socket);
            sockets.die(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a socket of that name is, or will be. */
    Path path(String file) {
        return directory().resolve(file);
    }

    /** What is in the directory. */
    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.toList();
        }
    }

    /** The command of a watch there that prints JSON. */
    List<String> watching() {
        return network.command(
                name,
                Program.dist().resolve("bin/uds").toString(),
                "watch",
                "--json",
                "--etcd=" + cluster.urls());
    }

    String key(Path socket) {
        return "/uds/" + name + socket;
    }

    String name() {
        return name;
    }

    /** How long its keys stay without it. */
    Duration ttl() {
        return ttl;
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
    }
}
