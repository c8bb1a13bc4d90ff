package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What is measured as an open loop, at which rates.
 *
 * @param peers who is compared
 * @param perSecond how many exchanges are due in a second, one rate after another
 */
public record RatePlan(List<Peer> peers, List<Integer> perSecond) {

    /** The benchmark's name. */
    public static final String BENCHMARK = "OpenLoop";

    /** What is repeated: a message there and back on one connection. */
    static final Task TASK = Task.roundTrip(64);

    /** Nothing. */
    static final RatePlan NONE = new RatePlan(List.of(), List.of());

    /** Each is at most two and a half times the one before: a peer fails the next one at most. */
    private static final List<Integer> PER_SECOND =
            List.of(2000, 5000, 10_000, 20_000, 30_000, 50_000, 100_000, 200_000);

    private static final List<String> MAIN =
            List.of("c", "ffm", "ffm-spin", "ffm-virtual", "jdk", "netty");

    private static final List<String> MORE =
            List.of(
                    "c-spin",
                    "ffm-adaptive",
                    "jdk-virtual",
                    "junixsocket",
                    "jnr-unixsocket",
                    "netty-uring",
                    "go");

    /** The peers that tell most, at all rates. */
    static final RatePlan FEW = new RatePlan(Peers.allNamed(MAIN), PER_SECOND);

    /** More peers, at all rates. */
    static final RatePlan ALL = FEW.and(MORE);

    private RatePlan and(List<String> more) {
        List<Peer> all = new ArrayList<>(peers);
        all.addAll(Peers.allNamed(more));
        return new RatePlan(List.copyOf(all), perSecond);
    }

    boolean isEmpty() {
        return peers.isEmpty() || perSecond.isEmpty();
    }

    /** The same if it is named, or nothing is; else nothing. */
    RatePlan choosing(Collection<String> named, Collection<Integer> payloads) {
        boolean wanted = named.isEmpty() || named.contains(BENCHMARK);
        return wanted && (payloads.isEmpty() || payloads.contains(TASK.payload())) ? this : NONE;
    }

    /** The same with other peers: those of them that can. */
    RatePlan withPeers(Collection<Peer> others) {
        return new RatePlan(others.stream().filter(peer -> peer.can(TASK)).toList(), perSecond);
    }
}
