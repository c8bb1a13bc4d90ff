package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Start;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is measured, and for how long.
 *
 * @param tasks what the clients repeat
 * @param peers who is compared; the first is the base
 * @param placements where they run
 * @param rounds how many interleaved rounds at least
 * @param mostRounds how many at most: more than at least where they are repeated until the
 *     intervals are narrow
 * @param limit how long all of it may take, if there may be more rounds than the fewest
 * @param slice how long a peer is measured in each round
 * @param warmUp how it is warmed up
 * @param sweep what is measured with many connections
 * @param rates what is measured as an open loop
 */
public record Plan(
        List<Task> tasks,
        List<Peer> peers,
        List<Placement> placements,
        int rounds,
        int mostRounds,
        Duration limit,
        Duration slice,
        WarmUp warmUp,
        SweepPlan sweep,
        RatePlan rates) {

    /** With fewer rounds an interval means little. */
    public static final int FEWEST_ROUNDS = 11;

    /** How often the fewest rounds may be repeated. */
    private static final int MOST_TIMES = 8;

    private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_LIMIT = Duration.ofDays(1);
    private static final Duration LONGEST_SLICE = Duration.ofMinutes(1);

    /** Twice what the JVM's second compiler waits for. */
    private static final long WARM_UP_EXCHANGES = 20_000;

    private static final List<Integer> ROUND_TRIP_BYTES =
            List.of(1, 64, 4 * 1024, 16 * 1024, 64 * 1024, 1 << 20);
    private static final List<Integer> THROUGHPUT_BYTES =
            List.of(64, 4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024, 1 << 20);

    private static final List<Integer> IPC_BYTES = List.of(64, 4 * 1024, 64 * 1024);
    private static final List<Integer> EVENT_BYTES = List.of(64, 4 * 1024);

    /** Only in a thorough run, for the time that they take. */
    private static final List<Task> RARE =
            List.of(
                    Task.roundTrip(1),
                    Task.roundTrip(16 * 1024),
                    Task.roundTrip(1 << 20),
                    Task.throughput(16 * 1024),
                    Task.throughput(256 * 1024),
                    Task.eventLatency(4 * 1024));

    /** How much is measured. */
    public enum Size {
        /** What the requirements name, and one of the messages; nobody whom they do not name. */
        QUICK(Duration.ofSeconds(105), 11, Duration.ofMillis(20), Duration.ofMillis(600)),
        /** All benchmarks, with the payloads that tell most and the peers of a quick run. */
        NORMAL(Duration.ofSeconds(720), 11, Duration.ofMillis(40), Duration.ofMillis(1500)),
        /** All payloads, for long. */
        THOROUGH(Duration.ofHours(1), 31, Duration.ofMillis(150), Duration.ofMillis(3000));

        private final Duration limit;
        private final int rounds;
        private final Duration slice;
        private final Duration warmUp;

        Size(Duration limit, int rounds, Duration slice, Duration warmUp) {
            this.limit = limit;
            this.rounds = rounds;
            this.slice = slice;
            this.warmUp = warmUp;
        }
    }

    /** The plan of that size. */
    public static Plan of(Size size) {
        List<Task> tasks = size == Size.QUICK ? quick() : everything();
        if (size == Size.NORMAL) {
            tasks.removeIf(RARE::contains);
        }
        return new Plan(
                tasks,
                size == Size.THOROUGH ? Peers.ALL : Peers.FEW,
                List.of(Placement.values()),
                size.rounds,
                size.rounds * MOST_TIMES,
                size.limit,
                size.slice,
                new WarmUp(size.warmUp, size.warmUp.multipliedBy(4), WARM_UP_EXCHANGES),
                SweepPlan.ALL,
                size == Size.THOROUGH ? RatePlan.ALL : RatePlan.FEW);
    }

    /** The benchmarks that there are, and the payloads of each in bytes; none where it has none. */
    public static Map<String, List<Integer>> payloadsOfAll() {
        Map<String, List<Integer>> payloads = new LinkedHashMap<>();
        for (Task task : everything()) {
            payloads.computeIfAbsent(task.workload(), _ -> new ArrayList<>()).add(task.payload());
        }
        SweepPlan.BENCHMARKS.forEach(name -> payloads.put(name, List.of(SweepPlan.PAYLOAD)));
        payloads.put(RatePlan.BENCHMARK, List.of(RatePlan.TASK.payload()));
        payloads.put("PostgreSQL", List.of());
        payloads.put(Start.BENCHMARK, List.of());
        return payloads;
    }

    private static List<Task> quick() {
        return List.of(
                Task.roundTrip(64),
                Task.throughput(64 * 1024),
                Task.connectPerRequest(),
                Task.ipcRequest(64));
    }

    private static List<Task> everything() {
        List<Task> tasks = new ArrayList<>();
        ROUND_TRIP_BYTES.forEach(bytes -> tasks.add(Task.roundTrip(bytes)));
        THROUGHPUT_BYTES.forEach(bytes -> tasks.add(Task.throughput(bytes)));
        tasks.add(Task.connectPerRequest());
        IPC_BYTES.forEach(bytes -> tasks.add(Task.ipcRequest(bytes)));
        EVENT_BYTES.forEach(bytes -> tasks.add(Task.eventLatency(bytes)));
        EVENT_BYTES.forEach(bytes -> tasks.add(Task.eventThroughput(bytes)));
        return tasks;
    }

    /**
     * The same with some of its tasks only.
     *
     * @param benchmarks their names; empty for all
     * @param payloads bytes of a message; empty for all, and {@code ConnectPerRequest} has but one
     * @throws IllegalArgumentException if a benchmark does not exist, or none has such a payload
     */
    public Plan choosing(List<String> benchmarks, List<Integer> payloads) {
        List<String> known =
                Stream.of(
                                tasks.stream().map(Task::workload),
                                sweep.benchmarks().stream().sorted(),
                                Stream.of(RatePlan.BENCHMARK, Start.BENCHMARK, "PostgreSQL"))
                        .flatMap(names -> names)
                        .distinct()
                        .toList();
        for (String benchmark : benchmarks) {
            if (!known.contains(benchmark)) {
                throw new IllegalArgumentException(
                        "no benchmark \"%s\" here; there are %s"
                                .formatted(benchmark, String.join(", ", known)));
            }
        }
        List<Task> named =
                tasks.stream()
                        .filter(
                                task ->
                                        benchmarks.isEmpty()
                                                || benchmarks.contains(task.workload()))
                        .toList();
        for (int payload : payloads) {
            if (named.stream().noneMatch(task -> task.payload() == payload)) {
                throw new IllegalArgumentException(
                        "no benchmark here has a payload of %d bytes; there are %s"
                                .formatted(payload, sizes(named)));
            }
        }
        List<Task> chosen =
                named.stream()
                        .filter(
                                task ->
                                        payloads.isEmpty()
                                                || payloads.contains(task.payload())
                                                || task.workload().equals("ConnectPerRequest"))
                        .toList();
        return measuring(
                chosen,
                peers,
                placements,
                sweep.choosing(benchmarks, payloads),
                rates.choosing(benchmarks, payloads));
    }

    private static String sizes(List<Task> tasks) {
        return tasks.stream()
                .map(Task::payload)
                .distinct()
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
    }

    /**
     * The same with the peers of those names, and what any of them can do.
     *
     * @throws IllegalArgumentException if there is none of a name, or fewer than two are named
     */
    public Plan withPeers(List<String> names) {
        List<Peer> chosen = new ArrayList<>();
        for (String name : names) {
            Peers.named(name).ifPresentOrElse(chosen::add, () -> Peers.requireServesMany(name));
        }
        if (names.size() < 2) {
            throw new IllegalArgumentException("--peers: a comparison needs two");
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("--peers: one of them is named twice");
        }
        List<Task> possible =
                tasks.stream().filter(task -> chosen.stream().anyMatch(p -> p.can(task))).toList();
        return measuring(
                possible, chosen, placements, sweep.withPeers(names), rates.withPeers(chosen));
    }

    /** The same with other numbers of connections. */
    public Plan withConnections(List<Integer> numbers) {
        return measuring(tasks, peers, placements, sweep.withConnections(numbers), rates);
    }

    /** The same without what takes many connections or many rates. */
    public Plan withoutSweeps() {
        return measuring(tasks, peers, placements, SweepPlan.NONE, RatePlan.NONE);
    }

    /** The same with other placements. */
    public Plan withPlacements(List<Placement> others) {
        return measuring(tasks, peers, others, sweep, rates);
    }

    /**
     * The same with another number of rounds.
     *
     * @throws IllegalArgumentException if there are fewer than {@link #FEWEST_ROUNDS}
     */
    public Plan withRounds(int number) {
        if (number < FEWEST_ROUNDS) {
            throw new IllegalArgumentException(
                    "--rounds: an interval needs at least " + FEWEST_ROUNDS + ", not " + number);
        }
        return lasting(number, number, limit, slice);
    }

    /**
     * The same with another time for all of it.
     *
     * @throws IllegalArgumentException if it is not 10 s to a day
     */
    public Plan withLimit(Duration time) {
        if (time.compareTo(SHORTEST_LIMIT) < 0 || time.compareTo(LONGEST_LIMIT) > 0) {
            throw new IllegalArgumentException(
                    "--limit: 10 to 86400 seconds, not " + time.toSeconds());
        }
        return lasting(rounds, mostRounds, time, slice);
    }

    /**
     * The same with another time for each.
     *
     * @throws IllegalArgumentException if it is not 1 ms to a minute
     */
    public Plan withSlice(Duration time) {
        if (!time.isPositive() || time.compareTo(LONGEST_SLICE) > 0) {
            throw new IllegalArgumentException(
                    "--slice: 1 to 60000 milliseconds, not " + time.toMillis());
        }
        return lasting(rounds, mostRounds, limit, time);
    }

    /** The same for so long, of something else. */
    private Plan measuring(
            List<Task> what,
            List<Peer> who,
            List<Placement> where,
            SweepPlan many,
            RatePlan paced) {
        return new Plan(what, who, where, rounds, mostRounds, limit, slice, warmUp, many, paced);
    }

    /** The same for another time. */
    private Plan lasting(int fewest, int most, Duration all, Duration each) {
        return new Plan(tasks, peers, placements, fewest, most, all, each, warmUp, sweep, rates);
    }
}
