package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.RequiredTools;
import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Servers with many connections, with few of them. */
@EnabledOnOs(OS.LINUX)
class SweepTest {

    private static final Duration PLENTY = Duration.ofMinutes(10);
    private static final int FEW = 20;
    private static final long DELAY_NANOS = 100_000;

    @BeforeEach
    void theLoadComesFromC() {
        RequiredTools.requireTool("cc", "to compile the client of many connections");
    }

    private static List<Cell> measure(
            List<Peer> peers, List<Integer> connections, Duration slice, String... benchmarks)
            throws IOException {
        Plan plan =
                new Plan(
                        List.of(),
                        List.of(),
                        List.of(Placement.values()),
                        Plan.FEWEST_ROUNDS,
                        Plan.FEWEST_ROUNDS,
                        PLENTY,
                        slice,
                        WarmUp.NONE,
                        new SweepPlan(Set.of(benchmarks), peers, connections),
                        RatePlan.NONE);
        try (Workspace workspace = Workspace.open()) {
            return new Sweep(plan, Progress.silent(), new Budget(PLENTY, PLENTY), workspace).run();
        }
    }

    private static Cell cell(List<Cell> cells, String benchmark, int connections) {
        return cells.stream()
                .filter(cell -> cell.benchmark().equals(benchmark))
                .filter(cell -> cell.connections() == connections)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyServerAnswersOnEveryConnection() throws IOException {
        List<Cell> cells =
                measure(
                        Peers.MANY,
                        List.of(1, FEW),
                        Duration.ofMillis(5),
                        "Connections",
                        "OneBusy");
        assertEquals(4 * Peers.MANY.size(), cells.size());
        for (Cell cell : cells) {
            String which = cell.peer() + " " + cell.scenario();
            assertEquals(Optional.empty(), cell.failure(), which);
            assertTrue(cell.exchanges() >= Plan.FEWEST_ROUNDS, which);
            assertTrue(cell.server().isKnown(), which);
        }
    }

    @Test
    void aServerThatTakesItsTimeForEachAnswerHasTheRateAndTheLatencyThatFollow()
            throws IOException {
        Program slow = new Program.Java("ffm-poller", List.of("delay", "100"));
        Peer peer =
                new Peer(
                        "slow",
                        "",
                        Set.copyOf(SweepPlan.BENCHMARKS),
                        SweepPlan.PAYLOAD,
                        Endpoint.Kind.UNIX,
                        Peers.MANY.getFirst().client(),
                        slow);
        Cell cell =
                cell(
                        measure(List.of(peer), List.of(FEW), Duration.ofMillis(100), "Connections"),
                        "Connections",
                        FEW);
        double mostPerSecond = 1.05 * 1e9 / DELAY_NANOS; // one may end just after the span began
        assertTrue(cell.exchangesPerSecond() <= mostPerSecond, cell.exchangesPerSecond() + " a s");
        // One thread answers one after another: whoever asks waits for all the others.
        long median = cell.decodedHistogram().getValueAtPercentile(50);
        assertTrue(median >= (FEW / 2) * DELAY_NANOS, "a median of " + median + " ns");
    }

    @Test
    void oneBusyConnectionIsComparedWithItselfAlone() throws IOException {
        List<Peer> peers =
                Peers.MANY.stream().filter(peer -> peer.name().equals("c-epoll")).toList();
        List<Cell> cells = measure(peers, List.of(FEW), Duration.ofMillis(5), "OneBusy");
        assertEquals(2 * Plan.FEWEST_ROUNDS, cell(cells, "OneBusy", 1).rounds().size());
        List<Ratio> ratios = Ratios.of(cells);
        assertEquals(List.of(Ratio.LATENCY_TO_ALONE), ratios.stream().map(Ratio::metric).toList());
        assertEquals(FEW, ratios.getFirst().scenario().connections());
    }

    @Test
    void aServerThatIsNotThereIsAFailureAndTheOthersAreMeasured() throws IOException {
        Program absent = new Program.Java("no-such-transport", List.of());
        Peer broken =
                new Peer(
                        "broken",
                        "",
                        Set.copyOf(SweepPlan.BENCHMARKS),
                        SweepPlan.PAYLOAD,
                        Endpoint.Kind.UNIX,
                        Peers.MANY.getFirst().client(),
                        absent);
        List<Cell> cells =
                measure(
                        List.of(broken, Peers.MANY.getFirst()),
                        List.of(FEW),
                        Duration.ofMillis(5),
                        "Connections");
        assertTrue(cells.get(0).failure().orElseThrow().contains("no-such-transport"));
        assertEquals(Optional.empty(), cells.get(1).failure());
    }

    @Test
    void theMachineHasRoomForNoneAndNotForMoreConnectionsThanThereAreDescriptors() {
        assertEquals(Optional.empty(), Capacity.lackFor(0));
        assertTrue(
                Capacity.lackFor(Integer.MAX_VALUE / 1000).isPresent(), "two million connections");
    }

    @Test
    void whatIsAskedOfAConnectionTakesTimeWithTheirNumber() {
        Duration one = Duration.ofMillis(40);
        assertEquals(one, SweepPlan.slice(one, 1));
        assertEquals(Duration.ofMillis(500), SweepPlan.slice(one, 10_000));
        assertEquals("Connections 64 1 7", Task.connections(64, 7).toString());
    }
}
