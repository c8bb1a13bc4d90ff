package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unixsocket.bench.results.RatePoint;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** That an open loop shows what a closed one hides, with a peer whose truth is known. */
class RatesTest {

    private static final Duration PLENTY = Duration.ofMinutes(10);

    /** How long the server takes for each answer, and so how many it can give in a second. */
    private static final long DELAY_NANOS = 100_000;

    private static final int MOST_PER_SECOND = 10_000;

    private static List<RatePoint> measure(List<Peer> peers, Integer... perSecond)
            throws IOException {
        Optional<String> reason = Cores.detect().unavailable(Placement.TWO_CORES);
        assumeTrue(reason.isEmpty(), () -> reason.orElseThrow());
        Plan plan =
                new Plan(
                        List.of(),
                        List.of(),
                        Plan.Size.THOROUGH,
                        List.of(),
                        Plan.FEWEST_ROUNDS,
                        Plan.FEWEST_ROUNDS,
                        PLENTY,
                        Duration.ofMillis(2),
                        WarmUp.NONE,
                        SweepPlan.NONE,
                        new RatePlan(peers, List.of(perSecond)));
        try (Workspace workspace = Workspace.open()) {
            return new Rates(plan, Progress.silent(), new Budget(PLENTY, PLENTY), workspace).run();
        }
    }

    @Test
    void aRateThatIsTooMuchShowsInWhatIsDueAndNotInWhatIsSent() throws IOException {
        int tooMuch = 4 * MOST_PER_SECOND;
        List<RatePoint> points =
                measure(List.of(Peers.require("ffm-delayed")), tooMuch, 10 * tooMuch);
        assertEquals(1, points.size(), "who does not keep up is asked for no more");
        RatePoint point = points.getFirst();
        assertEquals(Optional.empty(), point.failure());
        assertEquals(tooMuch, point.wanted());
        assertTrue(!point.kept(), "it cannot keep up");
        assertTrue(point.answered() <= 1.05 * MOST_PER_SECOND, point.answered() + " a second");
        long service = point.service().getValueAtPercentile(50);
        long latency = point.latency().getValueAtPercentile(50);
        assertTrue(service >= DELAY_NANOS, service + " ns for an answer");
        assertTrue(latency >= 10 * service, latency + " ns, and " + service + " of an answer");
    }

    @Test
    void eachPeerIsMeasuredAtTheFirstRate() throws IOException {
        List<RatePoint> points =
                measure(List.of(Peers.require("ffm"), Peers.require("ffm-delayed")), 500);
        assertEquals(List.of("ffm", "ffm-delayed"), points.stream().map(RatePoint::peer).toList());
        for (RatePoint point : points) {
            assertEquals(Optional.empty(), point.failure());
            assertTrue(point.latency().getTotalCount() >= Plan.FEWEST_ROUNDS, point.peer());
        }
        assertTrue(points.getLast().service().getMinValue() >= 0.99 * DELAY_NANOS);
    }

    @Test
    void aServerThatIsNotThereIsAFailureAndTheOthersAreMeasured() throws IOException {
        Program absent = new Program.Java("no-such-transport", List.of());
        Peer ffm = Peers.require("ffm");
        Peer broken = new Peer("broken", "", ffm.workloads(), 64, ffm.kind(), absent, absent);
        List<RatePoint> points = measure(List.of(broken, ffm), 500);
        assertTrue(points.get(0).failure().orElseThrow().contains("no-such-transport"));
        assertEquals(Optional.empty(), points.get(1).failure());
    }
}
