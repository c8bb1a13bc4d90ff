package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** That the harness tells the truth, with peers whose truth is known. */
class ComparisonTest {

    private static final long DELAY_NANOS = 100_000;
    private static final Duration PLENTY = Duration.ofMinutes(10);
    private static final Duration SLICE = Duration.ofMillis(15);
    private static final WarmUp WARM_UP =
            new WarmUp(Duration.ofMillis(300), Duration.ofMillis(900), 0);

    private static List<Cell> measure(Task task, Peer... peers) throws IOException {
        return measure(List.of(task), SLICE, WARM_UP, peers);
    }

    private static List<Cell> measure(
            List<Task> tasks, Duration slice, WarmUp warmUp, Peer... peers) throws IOException {
        Plan plan =
                new Plan(
                        tasks,
                        List.of(peers),
                        Plan.Size.THOROUGH,
                        List.of(Placement.UNPINNED),
                        Plan.FEWEST_ROUNDS,
                        Plan.FEWEST_ROUNDS,
                        PLENTY,
                        slice,
                        warmUp,
                        SweepPlan.NONE,
                        RatePlan.NONE);
        try (Workspace workspace = Workspace.open()) {
            return new Comparison(plan, Progress.silent(), new Budget(PLENTY, PLENTY), workspace)
                    .run();
        }
    }

    @Test
    void aPeerMadeSlowerByAKnownDelayShowsThatDelayInAllThatIsSaidOfIt() throws IOException {
        List<Cell> cells =
                measure(Task.roundTrip(64), Peers.require("ffm"), Peers.require("ffm-delayed"));
        showsTheDelay(cells.get(0), cells.get(1));
        hasTheRatioThatFollows(cells);
        // What a delay spins away is processor time of the server.
        double nanos = cells.get(1).server().processorNanos();
        assertTrue(nanos > DELAY_NANOS / 2, nanos + " ns an exchange");
        assertTrue(cells.get(1).processorNanos() > nanos, "and the client has some too");
    }

    private static void showsTheDelay(Cell fast, Cell slow) {
        // The fast quarter: what else runs on the machine makes nothing faster.
        long base = fast.decodedHistogram().getValueAtPercentile(25);
        long delayed = slow.decodedHistogram().getValueAtPercentile(25);
        assertTrue(delayed >= DELAY_NANOS, "the delayed peer took " + delayed + " ns");
        assertTrue(
                Math.abs(delayed - base - DELAY_NANOS) < DELAY_NANOS,
                base + " ns, and with the delay " + delayed + " ns");
    }

    private static void hasTheRatioThatFollows(List<Cell> cells) {
        Ratio ratio =
                Ratios.of(cells).stream()
                        .filter(found -> found.peer().equals("ffm-delayed"))
                        .filter(found -> found.metric().equals(Ratio.LATENCY_P50))
                        .findFirst()
                        .orElseThrow();
        assertEquals("ffm", ratio.base());
        assertTrue(ratio.low() > 1, ratio.toString());
        assertEquals(Plan.FEWEST_ROUNDS, cells.getFirst().again().size(), "the noise floor");
        assertEquals(
                List.of("ffm"),
                Ratios.of(cells).stream()
                        .filter(found -> found.peer().equals(found.base()))
                        .map(Ratio::base)
                        .distinct()
                        .toList());
    }

    @Test
    void peersWithOptionsOfTheirOwnAndPeersInCAreMeasuredWithTheOthers() throws IOException {
        Peer[] peers =
                Stream.of("c", "aeron", "netty-g1")
                        .map(Peers::require)
                        .filter(peer -> peer.unavailable().isEmpty())
                        .toArray(Peer[]::new);
        List<Task> tasks = List.of(Task.roundTrip(64));
        for (Cell cell : measure(tasks, Duration.ofMillis(1), WarmUp.NONE, peers)) {
            assertEquals(Optional.empty(), cell.failure(), cell.peer() + " " + cell.benchmark());
            assertEquals(Plan.FEWEST_ROUNDS, cell.rounds().size(), cell.peer());
        }
    }

    @Test
    void aPeerThatFailsIsMarkedAndTheOthersAreMeasured() throws IOException {
        Program absent = new Program.Java("no-such-transport", List.of());
        Peer broken =
                new Peer("broken", "", Set.of("RoundTrip"), 64, Endpoint.Kind.UNIX, absent, absent);
        List<Cell> cells =
                measure(
                        List.of(Task.roundTrip(64)),
                        SLICE,
                        WarmUp.NONE,
                        Peers.require("ffm"),
                        broken);
        assertEquals(Optional.empty(), cells.get(0).failure());
        assertEquals(List.of("failed"), failureMarks(cells.get(1)));
        assertTrue(
                cells.get(1).failure().orElseThrow().contains("no-such-transport"),
                cells.get(1).failure().orElseThrow());
        assertEquals(
                List.of(),
                Ratios.of(cells).stream().filter(r -> !r.peer().equals(r.base())).toList(),
                "a ratio to what was not measured; of ffm to itself there is one, its noise");
    }

    private static List<String> failureMarks(Cell cell) {
        return cell.marks().stream().filter("failed"::equals).toList();
    }
}
