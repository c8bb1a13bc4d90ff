package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.RequiredTools;
import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Pause;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Transports;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Servers with many connections, with few of them. */
@EnabledOnOs(OS.LINUX)
class SweepTest {

    private static final Duration PLENTY = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final int FEW = 20;
    private static final long DELAY_NANOS = 100_000;

    @BeforeEach
    void theLoadComesFromC() {
        RequiredTools.requireTool("cc", "to compile the client of many connections");
    }

    private static List<Cell> measure(
            List<Peer> peers, List<Integer> connections, Duration slice, String... benchmarks)
            throws IOException {
        Plan plan = plan(peers, connections, slice, benchmarks);
        try (Workspace workspace = Workspace.open()) {
            return new Sweep(plan, Progress.silent(), new Budget(PLENTY, PLENTY), workspace).run();
        }
    }

    private static Plan plan(
            List<Peer> peers, List<Integer> connections, Duration slice, String... benchmarks) {
        return new Plan(
                List.of(),
                List.of(),
                Plan.Size.THOROUGH,
                List.of(Placement.values()),
                Plan.FEWEST_ROUNDS,
                Plan.FEWEST_ROUNDS,
                PLENTY,
                slice,
                WarmUp.NONE,
                new SweepPlan(Set.of(benchmarks), peers, connections, Set.of()),
                RatePlan.NONE);
    }

    private static Cell cell(List<Cell> cells, String benchmark, int connections) {
        return cells.stream()
                .filter(cell -> cell.benchmark().equals(benchmark))
                .filter(cell -> cell.connections() == connections)
                .findFirst()
                .orElseThrow();
    }

    private static List<Peer> servers() {
        return Peers.MANY;
    }

    private static Peer server(String name) {
        return Peers.MANY.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    /** In this process where it is Java: that saves a JVM for each. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyServerAnswersOnEveryConnection(Peer peer, @TempDir Path folder) throws IOException {
        Endpoint endpoint = peer.endpoint(folder, "many");
        Path errors = folder.resolve("errors");
        try (Closeable _ = serve(peer, endpoint, errors);
                PeerProcess client = PeerProcess.start(peer.client().client(endpoint), errors)) {
            for (Task task : List.of(Task.connections(64, FEW), Task.oneBusy(64, FEW))) {
                client.send("measure " + task + " 5000000");
                String[] words = client.readLine(Duration.ofSeconds(30));
                assertEquals("samples", words[0], String.join(" ", words));
                int count = Integer.parseInt(words[1]);
                client.readBytes(count * Integer.BYTES);
                int least = task.workload().equals("OneBusy") ? 1 : FEW;
                assertTrue(count >= least, task + ": " + count);
            }
        }
    }

    private static Closeable serve(Peer peer, Endpoint endpoint, Path errors) throws IOException {
        if (peer.server() instanceof Program.Java java) {
            return Transports.named(java.transport()).serve("many", endpoint, Pause.NONE);
        }
        PeerProcess process = PeerProcess.start(peer.server().server("many", endpoint), errors);
        assertEquals("ready", process.readLine(Duration.ZERO)[0]);
        return process;
    }

    @Test
    void eachServerHasACellForEachNumberOfConnections() throws IOException {
        List<Peer> peers = List.of(server("c-epoll"), server("ffm-virtual"));
        List<Cell> cells = measure(peers, List.of(1, FEW), SHORT, "Connections", "OneBusy");
        assertEquals(4 * peers.size(), cells.size());
        for (Cell cell : cells) {
            String which = cell.peer() + " " + cell.scenario();
            assertEquals(Optional.empty(), cell.failure(), which);
            assertTrue(cell.exchanges() >= Plan.FEWEST_ROUNDS, which);
            assertTrue(cell.server().isKnown(), which);
        }
    }

    @Test
    void whatThereIsNoTimeForIsLeftOutAndSaid() throws IOException {
        Plan plan = plan(List.of(server("c-epoll")), List.of(1, FEW), SHORT, "Connections");
        try (Workspace workspace = Workspace.open()) {
            Budget over = new Budget(Duration.ZERO, PLENTY);
            Sweep sweep = new Sweep(plan, Progress.silent(), over, workspace);
            assertEquals(List.of(), sweep.run());
            assertEquals(1, sweep.leftOut().size(), sweep.leftOut().toString());
            assertTrue(sweep.leftOut().getFirst().contains("--limit"));
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
        List<Peer> peers = List.of(server("c-epoll"));
        List<Cell> cells = measure(peers, List.of(FEW), SHORT, "OneBusy");
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
                measure(List.of(broken, Peers.MANY.getFirst()), List.of(FEW), SHORT, "Connections");
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
        assertEquals(Duration.ofMillis(300), SweepPlan.slice(one, 10_000));
        assertEquals("Connections 64 1 7", Task.connections(64, 7).toString());
    }
}
