package dev.unixsocket.bench.compare;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * What is measured of servers with many connections.
 *
 * @param benchmarks which of {@link #BENCHMARKS}
 * @param peers who is compared; the first is the base
 * @param connections how many connections there are, one after another
 * @param inTurn the names of those that have more than {@link #MOST_AT_ONCE}; empty for all
 */
public record SweepPlan(
        Set<String> benchmarks, List<Peer> peers, List<Integer> connections, Set<String> inTurn) {

    /** All connections busy, and one busy among the most that there are. */
    public static final List<String> BENCHMARKS = List.of("Connections", "OneBusy");

    /** Bytes of a message. */
    static final int PAYLOAD = 64;

    /** The least time for each connection in a slice, so that each comes to its turn. */
    private static final Duration PER_CONNECTION = Duration.ofNanos(30_000);

    private static final int MOST = 10_000;

    /** With more, only one server at a time has its connections. */
    static final int MOST_AT_ONCE = 1000;

    /** Nothing. */
    static final SweepPlan NONE = new SweepPlan(Set.of(), List.of(), List.of(), Set.of());

    private static final List<Integer> NUMBERS = List.of(1, 10, 100, 1000, MOST);

    /** Everybody, with 1 to 10,000 connections. */
    static final SweepPlan ALL =
            new SweepPlan(Set.copyOf(BENCHMARKS), Peers.MANY, NUMBERS, Set.of());

    /** Everybody with up to 1,000; with more, what a limit names, and one of each other kind. */
    static final SweepPlan FEW =
            new SweepPlan(
                    Set.copyOf(BENCHMARKS),
                    Peers.MANY,
                    NUMBERS,
                    Set.of(
                            "c",
                            "c-epoll",
                            "ffm",
                            "ffm-adaptive",
                            "ffm-virtual",
                            "ffm-poller",
                            "jdk-virtual"));

    /** How long so many connections are measured in a round, where one takes that long. */
    static Duration slice(Duration one, int connections) {
        Duration all = PER_CONNECTION.multipliedBy(connections);
        return all.compareTo(one) > 0 ? all : one;
    }

    boolean isEmpty() {
        return benchmarks.isEmpty() || peers.isEmpty() || connections.isEmpty();
    }

    boolean has(String benchmark) {
        return benchmarks.contains(benchmark);
    }

    /** Who has so many connections. */
    List<Peer> peers(int number) {
        return number <= MOST_AT_ONCE || inTurn.isEmpty()
                ? peers
                : peers.stream().filter(peer -> inTurn.contains(peer.name())).toList();
    }

    /** The most connections. */
    int most() {
        return Collections.max(connections);
    }

    /** The same with those of its benchmarks that are named; all if none is named. */
    SweepPlan choosing(Collection<String> named, Collection<Integer> payloads) {
        if (!payloads.isEmpty() && !payloads.contains(PAYLOAD)) {
            return NONE;
        }
        List<String> chosen =
                benchmarks.stream()
                        .filter(name -> named.isEmpty() || named.contains(name))
                        .toList();
        return new SweepPlan(Set.copyOf(chosen), peers, connections, inTurn);
    }

    /** The same with those of its peers that are named. */
    SweepPlan withPeers(Collection<String> names) {
        List<Peer> chosen = peers.stream().filter(peer -> names.contains(peer.name())).toList();
        return new SweepPlan(benchmarks, chosen, connections, Set.of());
    }

    /**
     * The same with other numbers of connections.
     *
     * @throws IllegalArgumentException if one is not 1 to 10,000
     */
    SweepPlan withConnections(Collection<Integer> numbers) {
        for (int number : numbers) {
            if (number < 1 || number > MOST) {
                throw new IllegalArgumentException("--connections: 1 to 10000, not " + number);
            }
        }
        return new SweepPlan(
                benchmarks, peers, numbers.stream().sorted().distinct().toList(), inTurn);
    }
}
