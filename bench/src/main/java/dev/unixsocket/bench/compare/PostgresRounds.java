package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Ratio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Interleaved rounds of PostgreSQL's clients, and how they compare. */
final class PostgresRounds {

    /** pgbench over the socket. */
    static final String PGBENCH = "pgbench";

    /** pgbench over 127.0.0.1. */
    static final String PGBENCH_TCP = "pgbench over 127.0.0.1";

    /** pgjdbc with this library's sockets. */
    static final String OURS = "pgjdbc with UnixSocketFactory";

    /** pgjdbc with junixsocket's. */
    static final String JUNIXSOCKET = "pgjdbc with junixsocket";

    /** pgjdbc with the JDK's. */
    static final String TCP = "pgjdbc over 127.0.0.1";

    private static final String SAID = "30 % more from PostgreSQL over its socket";
    private static final double SAID_PERCENT = 30;

    /** What is said of the sockets, beside what was measured of two clients. */
    private record Row(String said, double percent, String subject, String client, String base) {}

    private static final List<Row> ROWS =
            List.of(
                    new Row(
                            SAID,
                            SAID_PERCENT,
                            "pgbench -S, 1 client, socket against 127.0.0.1",
                            PGBENCH,
                            PGBENCH_TCP),
                    new Row(
                            SAID,
                            SAID_PERCENT,
                            "the same by pgjdbc, UnixSocketFactory against 127.0.0.1",
                            OURS,
                            TCP),
                    new Row(
                            SAID,
                            SAID_PERCENT,
                            "the same by pgjdbc, junixsocket against 127.0.0.1",
                            JUNIXSOCKET,
                            TCP),
                    new Row(
                            "–",
                            0,
                            "the same by pgjdbc, UnixSocketFactory against junixsocket",
                            OURS,
                            JUNIXSOCKET));

    private final Plan plan;
    private final int transactions;
    private final Map<String, PostgresClient> clients = new LinkedHashMap<>();
    private final List<String> leftOut;
    private WarmUp warmUp;

    /**
     * Of clients by these names; a row without its two clients is left out.
     *
     * @param transactions of one slice
     * @param leftOut gets a sentence for each client that fails
     */
    PostgresRounds(
            Plan plan, int transactions, List<PostgresClient> clients, List<String> leftOut) {
        this.plan = plan;
        this.transactions = transactions;
        this.leftOut = leftOut;
        warmUp = plan.warmUp();
        clients.forEach(client -> this.clients.put(client.name(), client));
    }

    /** What the clients that have not failed show there. */
    List<Claim> run(Placement placement, Cores cores) {
        Map<String, double[]> rates = new LinkedHashMap<>();
        Map<String, Cell.WarmUp> warmedUp = new LinkedHashMap<>();
        forEachClient(
                client -> {
                    client.pin(cores, cores.forClient(placement));
                    warmedUp.put(client.name(), warmUp.run(() -> sample(client)));
                    rates.put(client.name(), new double[plan.rounds()]);
                });
        warmUp = warmUp.again();
        double[] again = new double[plan.rounds()];
        String first = clients.isEmpty() ? "" : clients.keySet().iterator().next();
        for (int round = 0; round < again.length; round++) {
            int index = round;
            forEachClient(
                    client ->
                            rates.get(client.name())[index] =
                                    client.transactionsPerSecond(transactions));
            // Once more, with others between: what it is to itself is the noise of the machine.
            again[index] = onceMore(first);
        }
        boolean noisy = clients.containsKey(first) && isNoisy(again, rates.get(first));
        List<Claim> claims = new ArrayList<>();
        for (Row row : ROWS) {
            if (clients.containsKey(row.client()) && clients.containsKey(row.base())) {
                boolean steady =
                        warmedUp.get(row.client()).steady() && warmedUp.get(row.base()).steady();
                claims.add(claim(row, placement, rates, marks(steady, noisy)));
            }
        }
        return claims;
    }

    private double onceMore(String name) {
        double[] rate = {Double.NaN};
        forEachClient(
                client -> {
                    if (client.name().equals(name)) {
                        rate[0] = client.transactionsPerSecond(transactions);
                    }
                });
        return rate[0];
    }

    private static boolean isNoisy(double[] again, double[] rates) {
        double[] ratios = new double[again.length];
        Arrays.setAll(ratios, round -> again[round] / rates[round]);
        return Bootstrap.of(ratios).reach() > Ratio.WIDEST;
    }

    private static List<String> marks(boolean steady, boolean noisy) {
        List<String> marks = new ArrayList<>();
        if (noisy) {
            marks.add(Cell.NOISY);
        }
        if (!steady) {
            marks.add(Cell.UNSTEADY);
        }
        return marks;
    }

    private WarmUp.Sample sample(PostgresClient client) throws IOException {
        double time = 1 / client.transactionsPerSecond(transactions);
        return new WarmUp.Sample(transactions, time, true); // what it compiles is not told
    }

    private interface Act {
        void on(PostgresClient client) throws IOException;
    }

    /** In turn; one that fails is told and takes no part any more. */
    private void forEachClient(Act act) {
        for (PostgresClient client : List.copyOf(clients.values())) {
            try {
                act.on(client);
            } catch (IOException e) {
                clients.remove(client.name());
                leftOut.add(client.name() + " is left out: " + e.getMessage() + ".");
            }
        }
    }

    private static Claim claim(
            Row row, Placement placement, Map<String, double[]> rates, List<String> known) {
        double[] client = rates.get(row.client());
        double[] base = rates.get(row.base());
        double[] ratios = new double[client.length];
        Arrays.setAll(ratios, round -> client[round] / base[round]);
        Bootstrap more = Bootstrap.of(ratios);
        List<String> marks = new ArrayList<>(known);
        if (!Ratio.isNarrow(more.median(), more.low(), more.high())) {
            marks.add("wide");
        }
        return new Claim(
                row.said(),
                row.percent(),
                Claim.Limit.NONE,
                row.subject(),
                placement.label(),
                OptionalDouble.of(Claims.percent(more.median() - 1)),
                Claims.percent(more.low() - 1),
                Claims.percent(more.high() - 1),
                String.format(
                        Locale.ROOT,
                        "%,.0f against %,.0f",
                        Bootstrap.of(client).median(),
                        Bootstrap.of(base).median()),
                List.copyOf(marks));
    }
}
