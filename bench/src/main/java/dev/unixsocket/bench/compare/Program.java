package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.ClientMain;
import dev.unixsocket.bench.peer.DaemonMain;
import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.NettyTransport;
import dev.unixsocket.bench.peer.ServerMain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A program that can be started as a server or as a client: see the peers' own main classes. */
public sealed interface Program {

    /** The command line of its server. */
    List<String> server(String service, Endpoint endpoint);

    /** The command line of its client. */
    List<String> client(Endpoint server);

    /** Why it cannot run here; empty if it can. */
    Optional<String> unavailable();

    /**
     * A transport in a Java process.
     *
     * @param transport its name
     * @param pause what its server does before each answer, as arguments; empty for nothing
     * @param options of the JVM
     */
    record Java(String transport, List<String> pause, List<String> options) implements Program {

        /** With the options that all have but those whose options are compared. */
        public Java(String transport, List<String> pause) {
            this(transport, pause, JavaCommand.OPTIONS);
        }

        @Override
        public List<String> server(String service, Endpoint endpoint) {
            List<String> command =
                    JavaCommand.of(
                            ServerMain.class,
                            service.equals("many") ? JavaCommand.OPTIONS_FOR_MANY : options);
            command.addAll(List.of(transport, service, endpoint.toString()));
            command.addAll(pause);
            return command;
        }

        @Override
        public List<String> client(Endpoint server) {
            List<String> command = JavaCommand.of(ClientMain.class, options);
            command.addAll(List.of(transport, server.toString()));
            return command;
        }

        @Override
        public Optional<String> unavailable() {
            boolean linux = System.getProperty("os.name").equals("Linux");
            if (linux && transport.equals("netty-uring")) {
                return NettyTransport.ioUringUnavailable();
            }
            return linux
                            || !List.of(
                                            "netty",
                                            "netty-uring",
                                            "seqpacket",
                                            "ffm-shm",
                                            "ffm-shm-adaptive")
                                    .contains(transport)
                    ? Optional.empty()
                    : Optional.of("it exists on Linux only");
        }
    }

    /**
     * The daemon of a distribution, through its own launcher.
     *
     * @param distribution where it is
     * @param options of its command line
     */
    record Daemon(Distribution distribution, List<String> options) implements Program {

        @Override
        public List<String> server(String service, Endpoint endpoint) {
            List<String> command = JavaCommand.of(DaemonMain.class);
            command.add(distribution.daemon().toAbsolutePath().toString());
            command.add(endpoint.toString().replaceFirst("^unix:(.*)\\.sock$", "$1"));
            command.addAll(options);
            return command;
        }

        @Override
        public List<String> client(Endpoint server) {
            throw new UnsupportedOperationException("a server only");
        }

        @Override
        public Optional<String> unavailable() {
            if (!System.getProperty("os.name").equals("Linux")) {
                return Optional.of("it is measured on Linux only");
            }
            return distribution.exists() ? Optional.empty() : Optional.of(distribution.absence());
        }
    }

    /**
     * The client of many connections, in C: what asks, whoever answers.
     *
     * @param folder where the build put its program
     */
    record Load(Path folder) implements Program {

        @Override
        public List<String> server(String service, Endpoint endpoint) {
            throw new UnsupportedOperationException("a client only");
        }

        @Override
        public List<String> client(Endpoint server) {
            return List.of(program().toString(), server.toString());
        }

        @Override
        public Optional<String> unavailable() {
            return Files.isExecutable(program())
                    ? Optional.empty()
                    : Optional.of(
                            "its load comes from a C program, which needs Linux and a C compiler"
                                    + " (cc) when the benchmarks are built");
        }

        private Path program() {
            return folder.resolve("reference-load");
        }
    }

    /**
     * Go's package net, a program that is built when it is first needed: not everybody has Go.
     *
     * @param source its source
     * @param program where it is built
     */
    record Go(Path source, Path program) implements Program {

        @Override
        public List<String> server(String service, Endpoint endpoint) {
            return List.of(program.toString(), "server", service, endpoint.toString());
        }

        @Override
        public List<String> client(Endpoint server) {
            return List.of(program.toString(), "client", server.toString());
        }

        @Override
        public Optional<String> unavailable() {
            if (!Tools.isInstalled("go")) {
                return Optional.of("Go (go) is not installed");
            }
            try {
                build();
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of(
                        "it cannot be built: " + e.getMessage().lines().findFirst().orElse(""));
            }
        }

        private void build() throws IOException {
            if (Files.isExecutable(program)
                    && Files.getLastModifiedTime(program)
                                    .compareTo(Files.getLastModifiedTime(source))
                            > 0) {
                return;
            }
            Tools.run(List.of("go", "build", "-o", program.toString(), source.toString()));
        }
    }

    /**
     * The C reference.
     *
     * @param folder where the build put its programs
     * @param waiting how it waits, or what it waits for, as arguments; empty for in the kernel, for
     *     the socket
     */
    record C(Path folder, List<String> waiting) implements Program {

        private static final List<String> LINUX_ONLY = List.of("pipe", "eventfd", "shm");

        @Override
        public List<String> server(String service, Endpoint endpoint) {
            return command("reference-server", service, endpoint.toString());
        }

        @Override
        public List<String> client(Endpoint server) {
            return command("reference-client", server.toString());
        }

        private List<String> command(String program, String... arguments) {
            List<String> command = new ArrayList<>();
            command.add(folder.resolve(program).toString());
            command.addAll(List.of(arguments));
            command.addAll(waiting);
            return command;
        }

        @Override
        public Optional<String> unavailable() {
            boolean linux = System.getProperty("os.name").equals("Linux");
            if (!linux && waiting.stream().anyMatch(LINUX_ONLY::contains)) {
                return Optional.of("it exists on Linux only");
            }
            return Files.isExecutable(folder.resolve("reference-server"))
                    ? Optional.empty()
                    : Optional.of("there was no C compiler (cc) when the benchmarks were built");
        }
    }
}
