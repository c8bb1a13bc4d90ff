package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Cell;

import java.io.IOException;
import java.time.Duration;

/**
 * Runs a peer until it is steady: until the medians of three slices that follow each other agree.
 *
 * @param shortest how long at least
 * @param longest how long at most
 * @param exchanges how many exchanges at least, unless that takes too long: the compiler counts
 *     calls and not seconds
 */
public record WarmUp(Duration shortest, Duration longest, long exchanges) {

    private static final Duration SLICE = Duration.ofMillis(100);

    /** How far two medians that agree may lie apart. */
    private static final double AGREEMENT = 0.03;

    /** How many medians that follow each other have to agree with the one before. */
    private static final int AGREEING = 2;

    /** One slice, whatever it shows. */
    static final WarmUp NONE = new WarmUp(Duration.ZERO, Duration.ZERO, 0);

    /** For a peer that has been warmed up with another task: until it is steady, no longer. */
    WarmUp again() {
        return new WarmUp(Duration.ZERO, longest.multipliedBy(3).dividedBy(4), 0);
    }

    Cell.WarmUp run(RunningPeer peer, Task task) throws IOException {
        Duration time = SweepPlan.slice(SLICE, task.connections());
        long begun = System.nanoTime();
        long made = 0;
        int agreed = 0;
        double last = Double.NaN;
        while (true) {
            Slice slice = peer.measure(task, time);
            made += slice.exchanges();
            double median = slice.p50();
            agreed = Math.abs(median - last) <= AGREEMENT * median ? agreed + 1 : 0;
            last = median;
            long took = System.nanoTime() - begun;
            boolean steady = agreed >= AGREEING;
            boolean enough = took >= shortest.toNanos() && made >= exchanges;
            if (steady && enough || took >= longest.toNanos()) {
                return new Cell.WarmUp(made, took / 1_000_000, steady);
            }
        }
    }
}
