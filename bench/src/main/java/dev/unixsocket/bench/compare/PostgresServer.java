package dev.unixsocket.bench.compare;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL of this machine's with a cluster of its own in a folder. It listens on a socket and
 * on 127.0.0.1, lets everybody in as {@link #USER}, and has the tables of {@code pgbench}.
 */
final class PostgresServer implements Closeable {

    /** The only role, a superuser. */
    static final String USER = "bench";

    /** The only database. */
    static final String DATABASE = "postgres";

    /** How many accounts {@code pgbench -i} makes. */
    static final int ACCOUNTS = 100_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path data;
    private final Path sockets;
    private final int port;
    private final Process process;

    private PostgresServer(Path programs, Path data, Path sockets, Path log) throws IOException {
        this.programs = programs;
        this.data = data;
        this.sockets = sockets;
        tool(programs, "initdb", "-D", data.toString(), "-U", USER, "-A", "trust", "-N");
        port = freePort();
        process = start(log.toFile());
    }

    /**
     * Where its programs are; empty if it is not installed. Debian keeps them away from the {@code
     * PATH}; the newest version is used.
     */
    static Optional<Path> findPrograms() {
        Optional<Path> onPath = Tools.find("initdb").flatMap(PostgresServer::realFolder);
        if (onPath.isPresent()) {
            return onPath;
        }
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .filter(bin -> Files.isExecutable(bin.resolve("pgbench")))
                    .max(Comparator.comparing(Path::toString));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Where a link leads to, if {@code pgbench} is there too. */
    private static Optional<Path> realFolder(Path program) {
        try {
            Path folder = program.toRealPath().getParent();
            return Files.isExecutable(folder.resolve("pgbench"))
                    ? Optional.of(folder)
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Makes a cluster in that workspace, starts the server and fills the tables. */
    static PostgresServer start(Path programs, Workspace workspace) throws IOException {
        Path folder = workspace.folder();
        Path data = Files.createDirectory(folder.resolve("data"));
        Path sockets = Files.createDirectory(folder.resolve("sockets"));
        if (isRoot()) {
            // The server refuses to run as root, and its user must reach its folders.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            for (Path own : List.of(data, sockets)) {
                Tools.run(List.of("chown", "postgres", own.toString()));
            }
        }
        PostgresServer server = new PostgresServer(programs, data, sockets, folder.resolve("log"));
        workspace.keep(server);
        server.await();
        server.pgbench(sockets.toString(), List.of(), "-i", "-q");
        return server;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /** As the user {@code postgres} if this is root. */
    private static List<String> command(Path programs, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static String tool(Path programs, String program, String... arguments)
            throws IOException {
        return Tools.run(
                new ProcessBuilder(command(programs, program, arguments)).directory(new File("/")));
    }

    private Process start(File log) throws IOException {
        String[] arguments = {
            "-D", data.toString(), "-k", folderOfSocket(), "-p", port(), "-h", "127.0.0.1", "-F"
        };
        List<String> command = command(programs, "postgres", arguments);
        if (Tools.isInstalled("setpriv")) {
            // It ends with this process even if that is killed.
            int program = command.indexOf(programs.resolve("postgres").toString());
            command.addAll(program, List.of("setpriv", "--pdeathsig", "INT"));
        }
        return new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }

    /** The socket is there before connections are let in: pg_isready says when they are. */
    private void await() throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("its server did not start");
            }
        }
    }

    private boolean isReady() {
        try {
            tool(programs, "pg_isready", "-q", "-h", folderOfSocket(), "-p", port());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Every process that serves a client is its child and inherits its cores. */
    long pid() {
        return process.pid();
    }

    String port() {
        return Integer.toString(port);
    }

    /** What the programs of PostgreSQL take as a host to connect to the socket. */
    String folderOfSocket() {
        return sockets.toString();
    }

    Path socket() {
        return sockets.resolve(".s.PGSQL." + port);
    }

    /**
     * Runs {@code pgbench}.
     *
     * @param pin the words in front of its command
     */
    String pgbench(String host, List<String> pin, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(pin);
        command.addAll(command(programs, "pgbench", "-h", host, "-p", port(), "-U", USER));
        command.addAll(List.of(arguments));
        command.add(DATABASE);
        return Tools.run(new ProcessBuilder(command).directory(new File("/")));
    }

    /** Ends it and its connections. */
    @Override
    public void close() throws IOException {
        Tools.run(List.of("kill", "-INT", Long.toString(process.pid())));
        try {
            if (!process.waitFor(PATIENCE)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
