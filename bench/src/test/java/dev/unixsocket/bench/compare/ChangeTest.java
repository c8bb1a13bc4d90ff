package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.report.Changes;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;
import dev.unixsocket.bench.results.Side;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** What is called a change between two runs. */
class ChangeTest {

    private static final double NOISE = 0.02;
    private static final int ROUNDS = 11;
    private static final int PEERS = 20;

    private final SplittableRandom random = new SplittableRandom(7);

    private Cell cell(String benchmark, String peer, double nanos, String... marks) {
        return new Cell(
                Scenario.of(benchmark, 64, "one-core"),
                peer,
                64,
                new Cell.WarmUp(1, 1, true),
                rounds(nanos),
                peer.equals("base") ? rounds(nanos) : List.of(),
                Side.UNKNOWN,
                Side.UNKNOWN,
                Optional.empty(),
                0,
                "",
                Optional.empty(),
                List.of(marks));
    }

    private List<Cell.Round> rounds(double nanos) {
        List<Cell.Round> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            double one = nanos * (1 + NOISE * random.nextGaussian());
            rounds.add(new Cell.Round(i, 100, one, one, 1e9 / one, -1));
        }
        return rounds;
    }

    private static Results run(Cell... cells) {
        List<Cell> all = List.of(cells);
        return new Results(
                "bench/run",
                "2026-01-01T00:00:00Z",
                1,
                Map.of(),
                Map.of(),
                Map.of(),
                all,
                List.of(),
                List.of(),
                Ratios.of(all),
                List.of(),
                List.of(),
                List.of());
    }

    private static Change.Kind kind(Results old, Results now) {
        List<Change> changes = Change.between(old, now);
        assertEquals(1, changes.size(), changes.toString());
        return changes.getFirst().kind();
    }

    private Results latency(double ratio, String... marks) {
        return run(cell("RoundTrip", "base", 1000), cell("RoundTrip", "peer", 1000 * ratio, marks));
    }

    @Test
    void aTenthMoreLatencyIsARegressionAndATenthLessIsNot() {
        assertEquals(Change.Kind.REGRESSION, kind(latency(1.0), latency(1.1)));
        assertEquals(Change.Kind.IMPROVEMENT, kind(latency(1.1), latency(1.0)));
        assertEquals(Change.Kind.NONE, kind(latency(1.0), latency(1.0)));
    }

    @Test
    void moreBytesPerSecondAreNoRegression() {
        Results slow = run(cell("Throughput", "base", 1000), cell("Throughput", "peer", 1100));
        Results fast = run(cell("Throughput", "base", 1000), cell("Throughput", "peer", 1000));
        assertEquals(Change.Kind.IMPROVEMENT, kind(slow, fast));
        assertEquals(Change.Kind.REGRESSION, kind(fast, slow));
    }

    @Test
    void whatDidNotWarmUpIsNotCompared() {
        assertEquals(Change.Kind.MARKED, kind(latency(1.0), latency(1.5, Cell.UNSTEADY)));
    }

    @Test
    void aDifferenceOfTwoPercentIsNoneHoweverSureItIs() {
        assertTrue(Permutation.probability(numbers(1.00, 500), numbers(1.02, 500)) < 0.001);
        assertEquals(Change.Kind.NONE, kind(latency(1.0), latency(1.01)));
    }

    private double[] numbers(double mean, int count) {
        return random.doubles(count).map(one -> mean + 0.02 * (one - 0.5)).toArray();
    }

    @Test
    void chanceIsProbable() {
        int rare = 0;
        for (int i = 0; i < 200; i++) {
            if (Permutation.probability(numbers(1, ROUNDS), numbers(1, ROUNDS)) <= 0.05) {
                rare++;
            }
        }
        assertTrue(rare <= 22, rare + " of 200, where 10 are to be expected");
    }

    @Test
    void ofManyRatiosThatAreTheSameNoneIsCalledChanged() {
        List<Cell> cells = new ArrayList<>(List.of(cell("RoundTrip", "base", 1000)));
        List<Cell> others = new ArrayList<>(List.of(cell("RoundTrip", "base", 1000)));
        for (int i = 0; i < PEERS; i++) {
            cells.add(cell("RoundTrip", "peer" + i, 1000));
            others.add(cell("RoundTrip", "peer" + i, 1000));
        }
        List<Change> changes =
                Change.between(run(cells.toArray(Cell[]::new)), run(others.toArray(Cell[]::new)));
        assertEquals(PEERS, changes.size());
        assertTrue(changes.stream().allMatch(change -> change.kind() == Change.Kind.NONE));
    }

    @Test
    void theTablesBeginWithWhatIsWorse() {
        Results old = latency(1.0);
        Results now = latency(1.2);
        String text = Changes.between(old, now, Change.between(old, now));
        assertTrue(text.contains("### Worse"), text);
        assertTrue(text.contains("| peer to base | RoundTrip"), text);
    }
}
