package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.compare.PostgresClient.Jdbc;
import dev.unixsocket.bench.compare.PostgresClient.Pgbench;
import dev.unixsocket.bench.results.Claim;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PostgreSQL over its socket and over 127.0.0.1, in interleaved rounds, against a cluster of its
 * own in a temporary folder: {@code pgbench -S} with one client, and the same transactions by
 * pgjdbc, which gets its sockets from this library, from junixsocket and from the JDK.
 */
public final class Postgres {

    private static final String OURS = "dev.unixsocket.ffi.UnixSocketFactory";
    private static final String JUNIXSOCKET =
            "org.newsclub.net.unix.AFUNIXSocketFactory$FactoryArg";

    /** Making the cluster, on a machine that is not slow. */
    private static final Duration PREPARING = Duration.ofSeconds(4);

    /** Warming up five clients, and a round of them, on such a machine. */
    private static final Duration WARMING_UP = Duration.ofSeconds(7);

    private static final int SLICES_OF_A_ROUND = 6;

    private final Plan plan;
    private final int transactions;
    private final Progress progress;
    private final List<String> leftOut;
    private final Cores cores = Cores.detect();

    private Postgres(Plan plan, int transactions, Progress progress, List<String> leftOut) {
        this.plan = plan;
        this.transactions = transactions;
        this.progress = progress;
        this.leftOut = leftOut;
    }

    /** How long it takes on such a machine, with that many transactions in a slice. */
    public static Duration planned(Plan plan, int transactions) {
        long slices = (long) plan.rounds() * SLICES_OF_A_ROUND;
        Duration rounds = Duration.ofNanos(100_000).multipliedBy(transactions * slices);
        return PREPARING.plus(WARMING_UP.plus(rounds).multipliedBy(plan.placements().size()));
    }

    /**
     * Measures, if PostgreSQL is installed.
     *
     * @param transactions of one slice
     * @param leftOut gets a sentence when it is not, and when it or one of its clients fails
     */
    public static List<Claim> measure(
            Plan plan, int transactions, Progress progress, List<String> leftOut) {
        Optional<Path> programs = PostgresServer.findPrograms();
        if (programs.isEmpty()) {
            leftOut.add("PostgreSQL is left out: it is not installed (Debian package postgresql).");
            return List.of();
        }
        try (Workspace workspace = Workspace.open()) {
            return new Postgres(plan, transactions, progress, leftOut)
                    .run(programs.get(), workspace);
        } catch (IOException e) {
            leftOut.add("PostgreSQL is left out: " + e.getMessage() + ".");
            return List.of();
        }
    }

    private List<Claim> run(Path programs, Workspace workspace) throws IOException {
        progress.say("preparing PostgreSQL");
        PostgresServer server = PostgresServer.start(programs, workspace);
        List<PostgresClient> clients = clients(server, workspace);
        PostgresRounds rounds = new PostgresRounds(plan, transactions, clients, leftOut);
        List<Claim> claims = new ArrayList<>();
        for (Placement placement : plan.placements()) {
            if (cores.unavailable(placement).isEmpty()) {
                progress.say("PostgreSQL, " + placement.label());
                cores.pin(server.pid(), cores.forServer(placement));
                claims.addAll(rounds.run(placement, cores));
            }
        }
        return claims;
    }

    private static List<PostgresClient> clients(PostgresServer server, Workspace workspace)
            throws IOException {
        Path errors = workspace.folder().resolve("clients.log");
        List<PostgresClient> clients = new ArrayList<>();
        clients.add(new Pgbench(PostgresRounds.PGBENCH, server, server.folderOfSocket()));
        clients.add(new Pgbench(PostgresRounds.PGBENCH_TCP, server, "127.0.0.1"));
        Map<String, Optional<String>> factories = new LinkedHashMap<>();
        factories.put(PostgresRounds.OURS, Optional.of(OURS));
        factories.put(PostgresRounds.JUNIXSOCKET, Optional.of(JUNIXSOCKET));
        factories.put(PostgresRounds.TCP, Optional.empty());
        for (Map.Entry<String, Optional<String>> one : factories.entrySet()) {
            Jdbc client = Jdbc.start(one.getKey(), server, one.getValue(), errors);
            workspace.keep(client);
            clients.add(client);
        }
        return clients;
    }
}
