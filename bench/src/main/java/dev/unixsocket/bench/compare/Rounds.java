package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The interleaved rounds of one scenario. Each round measures every peer for one slice, in turn,
 * and the first peer once more: what that shows of itself is the noise of the machine. Rounds are
 * repeated until every ratio to the first peer is known well enough, or the time is over.
 */
final class Rounds {

    /** How many rounds there are between two looks at the intervals. */
    private static final int BETWEEN_LOOKS = 5;

    /** On a slow machine a slice is made shorter, down to this part of what it should be. */
    static final int SHORTEST_PART = 4;

    private final int fewest;
    private final int most;
    private final Progress progress;

    Rounds(Plan plan, Progress progress) {
        fewest = plan.rounds();
        most = plan.mostRounds();
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param measurements of each peer, in the order to run
     * @param slice how long a peer is measured in a round, unless there is no time for that
     * @param shortest how long at least
     * @param time how long all of it may take
     */
    void measure(
            Map<PeerRun, Measurement> measurements,
            Duration slice,
            Duration shortest,
            Duration time) {
        if (measurements.isEmpty()) {
            return;
        }
        long end = System.nanoTime() + time.toNanos();
        Duration fitting = time.dividedBy((long) fewest * (measurements.size() + 1));
        Duration one = fewest == most ? slice : fitted(slice, shortest, fitting);
        List<PeerRun> runs = List.copyOf(measurements.keySet());
        for (int round = 0; round < most; round++) {
            for (int i = 0; i < runs.size(); i++) {
                PeerRun run = runs.get(i);
                run.measure(measurements.get(run), round, one);
                progress.show();
                if (runs.size() > 1 && i == runs.size() / 2) {
                    // Not beside its first slice: its caches are to be as cold.
                    PeerRun first = runs.getFirst();
                    first.measureAgain(measurements.get(first), round, one);
                }
            }
            boolean look = round + 1 >= fewest && (round + 1 - fewest) % BETWEEN_LOOKS == 0;
            if (look && (System.nanoTime() >= end || areNarrow(measurements.values()))) {
                break;
            }
        }
        if (isNoisy(measurements.values())) {
            measurements.values().forEach(Measurement::markNoisy);
        }
    }

    /** Whether the first peer differs from itself. */
    private static boolean isNoisy(Iterable<Measurement> measurements) {
        Measurement first = measurements.iterator().next();
        double[] each =
                Ratios.withinRounds(
                        first.again(),
                        first.rounds(),
                        Ratios.valueOf(Ratio.mainMetric(first.task().workload())));
        return each.length > 0 && Bootstrap.of(each).reach() > Ratio.WIDEST;
    }

    /**
     * How long a slice is: as wanted, or what fits into the time, but not less than the shortest.
     */
    static Duration fitted(Duration wanted, Duration shortest, Duration fitting) {
        return shorter(wanted, longer(fitting, shortest));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static boolean areNarrow(Iterable<Measurement> measurements) {
        List<Cell.Round> base = List.of();
        for (Measurement measurement : measurements) {
            if (measurement.hasFailed()) {
                continue;
            }
            if (base.isEmpty()) {
                base = measurement.rounds();
            } else if (!isNarrow(measurement, base)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNarrow(Measurement measurement, List<Cell.Round> base) {
        double[] each =
                Ratios.withinRounds(
                        measurement.rounds(),
                        base,
                        Ratios.valueOf(Ratio.mainMetric(measurement.task().workload())));
        if (each.length == 0) {
            return true; // nothing that more rounds could tell
        }
        Bootstrap interval = Bootstrap.of(each);
        return Ratio.isNarrow(interval.median(), interval.low(), interval.high());
    }
}
