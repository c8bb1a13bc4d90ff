package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Start;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is measured, and for how long.
 *
 * @param tasks what the clients repeat
 * @param peers who is compared; the first is the base
 * @param scope of the peers that can do a task, those are measured that a run of that size has
 * @param placements where they run
 * @param rounds how many interleaved rounds at least
 * @param mostRounds how many at most: more than at least where they are repeated until the
 *     intervals are narrow
 * @param limit how long all of it may take, if there may be more rounds than the fewest
 * @param slice how long a peer is measured in each round; twice as long where one exchange is a
 *     batch of messages
 * @param warmUp how it is warmed up
 * @param sweep what is measured with many connections
 * @param rates what is measured as an open loop
 */
public record Plan(
        List<Task> tasks,
        List<Peer> peers,
        Size scope,
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

    /** Twice as many calls of a method as the JVM's second compiler waits for. */
    private static final long EXCHANGES = 10_000;

    /** How much longer than the shortest warm-up the longest is. */
    private static final int LONGEST_TIMES = 6;

    /** How much is measured. */
    public enum Size {
        /** What the requirements name, and one of the messages; nobody whom they do not name. */
        QUICK(Duration.ofSeconds(105), 11, Duration.ofMillis(20), Duration.ofMillis(600)),
        /** All benchmarks, with the payloads that tell most and the peers of a quick run. */
        NORMAL(Duration.ofSeconds(560), 21, Duration.ofMillis(20), Duration.ofMillis(1200)),
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
        boolean thorough = size == Size.THOROUGH;
        return new Plan(
                Scope.tasks(size),
                thorough ? Peers.ALL : Peers.FEW,
                size,
                thorough
                        ? List.of(Placement.values())
                        : List.of(Placement.ONE_CORE, Placement.TWO_CORES),
                size.rounds,
                size.rounds * MOST_TIMES,
                size.limit,
                size.slice,
                new WarmUp(size.warmUp, size.warmUp.multipliedBy(LONGEST_TIMES), EXCHANGES),
                thorough ? SweepPlan.ALL : SweepPlan.FEW,
                thorough ? RatePlan.ALL : RatePlan.FEW);
    }

    /** The peers that are measured with a task. */
    List<Peer> peers(Task task) {
        return peers.stream().filter(peer -> measures(task, peer)).toList();
    }

    private boolean measures(Task task, Peer peer) {
        return peer.can(task) && Scope.isMeasured(scope, task, peer);
    }

    /** How long a peer is measured with a task in each round. */
    Duration slice(Task task) {
        return task.messages() > 1 ? slice.multipliedBy(2) : slice;
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
        // Whoever names a payload means it, also one that only a thorough run has.
        List<Task> all = payloads.isEmpty() ? tasks : Scope.everything();
        List<Task> named =
                all.stream()
                        .filter(task -> peers.stream().anyMatch(peer -> peer.can(task)))
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
        return new Plan(
                chosen,
                peers,
                payloads.isEmpty() ? scope : Size.THOROUGH,
                placements,
                rounds,
                mostRounds,
                limit,
                slice,
                warmUp,
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
        return new Plan(
                possible,
                chosen,
                Size.THOROUGH,
                placements,
                rounds,
                mostRounds,
                limit,
                slice,
                warmUp,
                sweep.withPeers(names),
                rates.withPeers(chosen));
    }

    /** The same with other numbers of connections. */
    public Plan withConnections(List<Integer> numbers) {
        return measuring(tasks, placements, sweep.withConnections(numbers), rates);
    }

    /** The same without what takes many connections or many rates. */
    public Plan withoutSweeps() {
        return measuring(tasks, placements, SweepPlan.NONE, RatePlan.NONE);
    }

    /** The same with other placements. */
    public Plan withPlacements(List<Placement> others) {
        return measuring(tasks, others, sweep, rates);
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
    private Plan measuring(List<Task> what, List<Placement> where, SweepPlan many, RatePlan paced) {
        return new Plan(
                what, peers, scope, where, rounds, mostRounds, limit, slice, warmUp, many, paced);
    }

    /** The same for another time. */
    private Plan lasting(int fewest, int most, Duration all, Duration each) {
        return new Plan(
                tasks, peers, scope, placements, fewest, most, all, each, warmUp, sweep, rates);
    }
}
