package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;

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
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * PostgreSQL over its socket and over 127.0.0.1: {@code pgbench -S} with one client, in interleaved
 * rounds, against a cluster of its own in a temporary folder.
 */
public final class Postgres {

    private static final double CLAIMED_PERCENT = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Plan plan;
    private final int transactions;
    private final Progress progress;
    private final Cores cores = Cores.detect();

    private Postgres(Path programs, Plan plan, int transactions, Progress progress) {
        this.programs = programs;
        this.plan = plan;
        this.transactions = transactions;
        this.progress = progress;
    }

    /**
     * Measures, if PostgreSQL is installed.
     *
     * @param transactions of one slice
     * @param leftOut gets a sentence when it is not, or when it fails
     */
    public static List<Claim> measure(
            Plan plan, int transactions, Progress progress, List<String> leftOut) {
        Optional<Path> programs = findPrograms();
        if (programs.isEmpty()) {
            leftOut.add("PostgreSQL is left out: it is not installed (Debian package postgresql).");
            return List.of();
        }
        try (Workspace workspace = Workspace.open()) {
            return new Postgres(programs.get(), plan, transactions, progress).run(workspace);
        } catch (IOException e) {
            leftOut.add("PostgreSQL is left out: " + e.getMessage() + ".");
            return List.of();
        }
    }

    /**
     * Debian keeps the server's programs away from the {@code PATH}; the newest version is used.
     */
    private static Optional<Path> findPrograms() {
        Optional<Path> onPath = Tools.find("initdb").flatMap(Postgres::realFolder);
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

    private List<Claim> run(Workspace workspace) throws IOException {
        progress.say("preparing PostgreSQL");
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
        tool("initdb", "-D", data.toString(), "-U", "bench", "-A", "trust", "-N");
        String port = Integer.toString(freePort());
        Process server = start(data, sockets, port, folder.resolve("log").toFile());
        Closeable stop = () -> stop(server);
        workspace.keep(stop);
        await(server, sockets.resolve(".s.PGSQL." + port));
        pgbench(sockets.toString(), port, List.of(), "-i", "-q");
        List<Claim> claims = new ArrayList<>();
        for (Placement placement : plan.placements()) {
            if (cores.unavailable(placement).isEmpty()) {
                claims.add(compare(server, sockets.toString(), port, placement));
            }
        }
        workspace.letGo(stop);
        return claims;
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
    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private String tool(String program, String... arguments) throws IOException {
        return Tools.run(new ProcessBuilder(command(program, arguments)).directory(new File("/")));
    }

    private Process start(Path data, Path sockets, String port, File log) throws IOException {
        List<String> command =
                command(
                        "postgres",
                        "-D",
                        data.toString(),
                        "-k",
                        sockets.toString(),
                        "-p",
                        port,
                        "-h",
                        "127.0.0.1",
                        "-F");
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

    private static void await(Process server, Path socket) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(socket)) {
            if (!server.isAlive() || System.nanoTime() > end) {
                throw new IOException("its server did not start");
            }
            Thread.onSpinWait();
        }
    }

    private static void stop(Process server) throws IOException {
        Tools.run(List.of("kill", "-INT", Long.toString(server.pid())));
        try {
            if (!server.waitFor(PATIENCE)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Claim compare(Process server, String sockets, String port, Placement placement)
            throws IOException {
        progress.say("PostgreSQL, " + placement.label());
        // Every backend process is a child of the server and inherits its cores.
        cores.pin(server.pid(), cores.forServer(placement));
        String clientCores = cores.forClient(placement);
        double[] ratios = new double[plan.rounds()];
        double[] unix = new double[plan.rounds()];
        double[] tcp = new double[plan.rounds()];
        transactionsPerSecond(sockets, port, clientCores);
        transactionsPerSecond("127.0.0.1", port, clientCores);
        for (int round = 0; round < ratios.length; round++) {
            unix[round] = transactionsPerSecond(sockets, port, clientCores);
            tcp[round] = transactionsPerSecond("127.0.0.1", port, clientCores);
            ratios[round] = unix[round] / tcp[round];
        }
        Bootstrap more = Bootstrap.of(ratios);
        return new Claim(
                "30 % more from PostgreSQL over its socket",
                CLAIMED_PERCENT,
                Claim.Limit.NONE,
                "pgbench -S, 1 client, socket against 127.0.0.1",
                placement.label(),
                OptionalDouble.of(Claims.percent(more.median() - 1)),
                Claims.percent(more.low() - 1),
                Claims.percent(more.high() - 1),
                String.format(
                        Locale.ROOT,
                        "%,.0f against %,.0f",
                        Bootstrap.of(unix).median(),
                        Bootstrap.of(tcp).median()),
                Ratio.isNarrow(more.median(), more.low(), more.high())
                        ? List.of()
                        : List.of("wide"));
    }

    private double transactionsPerSecond(String host, String port, String onCores)
            throws IOException {
        List<String> pin =
                Tools.isInstalled("taskset") ? List.of("taskset", "-c", onCores) : List.of();
        String output =
                pgbench(
                        host,
                        port,
                        pin,
                        "-n",
                        "-S",
                        "-c",
                        "1",
                        "-t",
                        Integer.toString(transactions));
        return output.lines()
                .filter(line -> line.startsWith("tps = "))
                .map(line -> line.split(" ")[2])
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElseThrow(() -> new IOException("pgbench said " + output));
    }

    private String pgbench(String host, String port, List<String> pin, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(pin);
        command.addAll(command("pgbench", "-h", host, "-p", port, "-U", "bench"));
        command.addAll(List.of(arguments));
        command.add("postgres");
        return Tools.run(new ProcessBuilder(command).directory(new File("/")));
    }
}
