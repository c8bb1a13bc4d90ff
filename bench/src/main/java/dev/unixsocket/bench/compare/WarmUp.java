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

    /**
     * What a slice shows.
     *
     * @param exchanges how many there were
     * @param time of one, as it is in the middle, in any unit
     */
    record Sample(long exchanges, double time) {}

    /** What is warmed up, slice by slice. */
    interface Slices {
        /** Runs the next one. */
        Sample next() throws IOException;
    }

    Cell.WarmUp run(RunningPeer peer, Task task) throws IOException {
        Duration time = SweepPlan.slice(SLICE, task.connections());
        return run(
                () -> {
                    Slice slice = peer.measure(task, time);
                    return new Sample(slice.exchanges(), slice.p50());
                });
    }

    Cell.WarmUp run(Slices slices) throws IOException {
        long begun = System.nanoTime();
        long made = 0;
        int agreed = 0;
        double last = Double.NaN;
        while (true) {
            Sample sample = slices.next();
            made += sample.exchanges();
            double median = sample.time();
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
