package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.RequiredTools;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** That the comparison of PostgreSQL's clients tells the truth. */
@EnabledOnOs(OS.LINUX)
class PostgresTest {

    /** Too short for anybody to be warm after it. */
    private static final Duration SHORT = Duration.ofMillis(1);

    /** Whoever is steady is found to be so before it ends, however slow the machine is. */
    private static final Duration PLENTY = Duration.ofSeconds(30);

    private static Plan plan(Duration longestWarmUp) {
        return new Plan(
                List.of(),
                List.of(),
                Plan.Size.THOROUGH,
                List.of(Placement.UNPINNED),
                Plan.FEWEST_ROUNDS,
                Plan.FEWEST_ROUNDS,
                Duration.ofMinutes(10),
                Duration.ofMillis(1),
                new WarmUp(Duration.ZERO, longestWarmUp, 0),
                SweepPlan.NONE,
                RatePlan.NONE);
    }

    private final List<String> leftOut = new ArrayList<>();

    /** A client whose truth is known: each answer is so fast, until one fails. */
    private static class Known implements PostgresClient {

        private final String name;
        private final double rate;
        private final int answers;
        int asked;

        Known(String name, double rate) {
            this(name, rate, Integer.MAX_VALUE);
        }

        Known(String name, double rate, int answers) {
            this.name = name;
            this.rate = rate;
            this.answers = answers;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void pin(Cores cores, String list) {
            // It needs no core.
        }

        @Override
        public double transactionsPerSecond(int transactions) throws IOException {
            if (asked++ == answers) {
                throw new IOException("its server is gone");
            }
            return rate;
        }

        @Override
        public void close() {
            // There is nothing to end.
        }
    }

    private List<Claim> run(PostgresClient... clients) {
        return run(SHORT, clients);
    }

    private List<Claim> run(Duration longestWarmUp, PostgresClient... clients) {
        return new PostgresRounds(plan(longestWarmUp), 1, List.of(clients), leftOut)
                .run(Placement.UNPINNED, Cores.detect());
    }

    private static List<String> shown(List<Claim> claims) {
        return claims.stream()
                .map(
                        claim ->
                                "%s: %.0f [%.0f, %.0f], %s"
                                        .formatted(
                                                claim.subject(),
                                                claim.shown().orElseThrow(),
                                                claim.low(),
                                                claim.high(),
                                                claim.detail()))
                .toList();
    }

    @Test
    void aClientOfTwiceTheRateShowsAHundredPercentMore() {
        List<Claim> claims =
                run(
                        new Known(PostgresRounds.OURS, 3000),
                        new Known(PostgresRounds.JUNIXSOCKET, 2000),
                        new Known(PostgresRounds.TCP, 1500));
        assertEquals(
                List.of(
                        "the same by pgjdbc, UnixSocketFactory against 127.0.0.1:"
                                + " 100 [100, 100], 3,000 against 1,500",
                        "the same by pgjdbc, junixsocket against 127.0.0.1:"
                                + " 33 [33, 33], 2,000 against 1,500",
                        "the same by pgjdbc, UnixSocketFactory against junixsocket:"
                                + " 50 [50, 50], 3,000 against 2,000"),
                shown(claims));
        assertEquals(List.of(), leftOut);
    }

    @Test
    void aClientThatWasNotSteadyBeforeItWasMeasuredIsMarked() {
        PostgresClient warming =
                new Known(PostgresRounds.OURS, 1000) {
                    @Override
                    public double transactionsPerSecond(int transactions) throws IOException {
                        return super.transactionsPerSecond(transactions) * Math.pow(1.02, asked);
                    }
                };
        Claim claim = run(warming, new Known(PostgresRounds.TCP, 1000)).getFirst();
        assertTrue(claim.marks().contains("unsteady"), claim.toString());
    }

    @Test
    void aClientThatIsNoMoreEqualToItselfMarksAllOfItsRound() {
        PostgresClient restless =
                new Known(PostgresRounds.OURS, 1000) {
                    @Override
                    public double transactionsPerSecond(int transactions) throws IOException {
                        return super.transactionsPerSecond(transactions) + 100 * (asked % 2);
                    }
                };
        Claim claim = run(PLENTY, restless, new Known(PostgresRounds.TCP, 1000)).getFirst();
        assertEquals(List.of(Cell.NOISY), claim.marks(), claim.toString());
    }

    @Test
    void aClientThatFailsIsNamedAndTheOthersAreCompared() {
        List<Claim> claims =
                run(
                        new Known(PostgresRounds.OURS, 3000),
                        new Known(PostgresRounds.JUNIXSOCKET, 2000, 5),
                        new Known(PostgresRounds.TCP, 1500));
        assertEquals(1, claims.size());
        assertEquals(PostgresRounds.JUNIXSOCKET + " is left out: its server is gone.", one());
    }

    private static PostgresServer start(Workspace workspace) throws IOException {
        Optional<Path> programs = PostgresServer.findPrograms();
        RequiredTools.require(
                programs.isPresent(),
                "PostgreSQL (Debian package postgresql) is needed to measure its clients.");
        return PostgresServer.start(programs.orElseThrow(), workspace);
    }

    private static PostgresClient connect(
            String name, PostgresServer server, Optional<String> factory, Workspace workspace)
            throws IOException {
        Path errors = workspace.folder().resolve("clients.log");
        PostgresClient client = PostgresClient.Jdbc.start(name, server, factory, errors);
        workspace.keep(client);
        return client;
    }

    private String one() {
        assertEquals(1, leftOut.size(), leftOut.toString());
        return leftOut.getFirst();
    }

    @Test
    void everyClientOfARealServerIsMeasured() {
        RequiredTools.require(
                PostgresServer.findPrograms().isPresent(),
                "PostgreSQL (Debian package postgresql) is needed to measure its clients.");
        List<Claim> claims = Postgres.measure(plan(SHORT), 20, Progress.silent(), leftOut);
        assertEquals(List.of(), leftOut);
        assertEquals(4, claims.size(), claims.toString());
        for (Claim claim : claims) {
            assertTrue(claim.shown().orElseThrow() > -100, claim.toString());
            assertTrue(claim.detail().matches("[\\d,]+ against [\\d,]+"), claim.toString());
        }
    }

    /** A connection that was made for another placement would still be served there. */
    @Test
    void aConnectionIsServedOnTheCoresOfItsPlacement() throws IOException {
        Cores cores = Cores.detect();
        RequiredTools.require(
                cores.unavailable(Placement.TWO_CORES).isEmpty(),
                "two cores and taskset (util-linux) are needed to put a server on one.");
        try (Workspace workspace = Workspace.open()) {
            PostgresServer server = start(workspace);
            PostgresClient client =
                    connect(PostgresRounds.TCP, server, Optional.empty(), workspace);
            for (Placement placement : List.of(Placement.ONE_CORE, Placement.TWO_CORES)) {
                cores.pin(server.pid(), cores.forServer(placement));
                client.pin(cores, cores.forClient(placement));
                assertTrue(client.transactionsPerSecond(1) > 0);
                assertEquals(List.of(cores.forServer(placement)), coresOfConnections(server));
            }
        }
    }

    /** Those of each process that serves a client. One whose client has gone ends soon. */
    private static List<String> coresOfConnections(PostgresServer server) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            List<String> cores = new ArrayList<>();
            for (ProcessHandle child :
                    ProcessHandle.of(server.pid()).orElseThrow().children().toList()) {
                coresOfConnection(child.pid()).ifPresent(cores::add);
            }
            if (cores.size() == 1 || System.nanoTime() > end) {
                return cores;
            }
            Thread.onSpinWait();
        }
    }

    /** Empty if the process serves no client, or has ended. */
    private static Optional<String> coresOfConnection(long pid) {
        Path folder = Path.of("/proc", Long.toString(pid));
        try {
            String title = Files.readString(folder.resolve("cmdline"));
            if (!title.contains(PostgresServer.USER + " " + PostgresServer.DATABASE)) {
                return Optional.empty();
            }
            return Files.readAllLines(folder.resolve("status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.split("\\s+")[1])
                    .findFirst();
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    @Test
    void aDriverThatCannotConnectSaysWhy() throws IOException {
        try (Workspace workspace = Workspace.open()) {
            Optional<String> none = Optional.of("no.such.Factory");
            PostgresClient client = connect(PostgresRounds.OURS, start(workspace), none, workspace);
            assertEquals(List.of(), run(client, new Known(PostgresRounds.TCP, 1)));
        }
        assertTrue(one().contains("no.such.Factory"), one());
    }
}
