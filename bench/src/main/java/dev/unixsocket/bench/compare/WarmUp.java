package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Cell;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a peer until it is warm: until the compilers of its JVMs have rested for some slices, and
 * the medians of these are no lower than those before.
 *
 * @param shortest how long at least
 * @param longest how long at most
 * @param exchanges how many exchanges at least, unless that takes too long: the compiler counts
 *     calls and not seconds
 */
public record WarmUp(Duration shortest, Duration longest, long exchanges) {

    /** What is looked at: so many slices, and as many before them. */
    static final int SLICES = 3;

    /** Of one connection; of more, as long as each needs to come to its turn. */
    private static final Duration SLICE = Duration.ofMillis(100);

    private static final Duration SHORTEST_SLICE = Duration.ofMillis(1);

    /** How much lower the lowest median may be than before, if the peer is to be steady. */
    private static final double AGREEMENT = 0.03;

    /** Of a slice, how much the compilers may work in it: 2 ms in 100 ms. */
    private static final double COMPILING = 0.02;

    private static final double PACED_PART = 0.9;

    /** A short slice, whatever it shows. */
    static final WarmUp NONE = new WarmUp(Duration.ZERO, Duration.ofMillis(1), 0);

    /** The same, for so long at most. */
    WarmUp within(Duration most) {
        Duration end = most.compareTo(longest) < 0 ? most : longest;
        return new WarmUp(end.compareTo(shortest) < 0 ? end : shortest, end, exchanges);
    }

    /** How long it takes on a machine that is not slow, by what such runs have shown. */
    Duration expected(int connections) {
        Duration slices = slice(connections).multipliedBy(2 * SLICES);
        Duration first = shortest.multipliedBy(2);
        Duration again = slices.multipliedBy(3).dividedBy(2);
        return first.compareTo(again) > 0 ? first : again;
    }

    /** For a peer that has been warmed up with another task: until it is warm, no longer. */
    WarmUp again() {
        return new WarmUp(Duration.ZERO, longest, 0);
    }

    /**
     * What a slice shows.
     *
     * @param exchanges how many there were
     * @param time of one, as it is in the middle, in any unit
     * @param compiled whether the compilers rested meanwhile
     */
    record Sample(long exchanges, double time, boolean compiled) {}

    /** What is warmed up, slice by slice. */
    interface Slices {
        /** Runs the next one. */
        Sample next() throws IOException;
    }

    Cell.WarmUp run(RunningPeer peer, Task task) throws IOException {
        Duration time = slice(task.connections());
        return run(
                () -> {
                    Slice slice = peer.measure(task, time);
                    boolean rests = slice.compilingMillis() <= COMPILING * time.toMillis();
                    return new Sample(slice.exchanges(), slice.p50(), rests);
                });
    }

    /** Also where there is no time, for one exchange at least. */
    private Duration slice(int connections) {
        Duration one = SLICE.compareTo(longest) < 0 ? SLICE : longest;
        return SweepPlan.slice(
                one.compareTo(SHORTEST_SLICE) < 0 ? SHORTEST_SLICE : one, connections);
    }

    /** As an open loop, at a little less than what a closed one makes. */
    Cell.WarmUp runPaced(RunningPeer peer, Task task) throws IOException {
        Duration one = slice(1);
        int perSecond = Math.max(1, (int) (PACED_PART * peer.measure(task, one).perSecond()));
        return run(
                () -> {
                    PacedSlice slice = peer.pace(task, one, perSecond);
                    boolean rests = slice.compilingMillis() <= COMPILING * one.toMillis();
                    return new Sample(slice.fromBegun().length, slice.p50(), rests);
                });
    }

    Cell.WarmUp run(Slices slices) throws IOException {
        long begun = System.nanoTime();
        long made = 0;
        List<Double> medians = new ArrayList<>();
        int rested = 0;
        while (true) {
            Sample sample = slices.next();
            made += sample.exchanges();
            medians.add(sample.time());
            rested = sample.compiled() ? rested + 1 : 0;
            long took = System.nanoTime() - begun;
            boolean warm = rested >= SLICES && isSteady(medians);
            boolean enough = took >= shortest.toNanos() && made >= exchanges;
            if (warm && enough || took >= longest.toNanos()) {
                return new Cell.WarmUp(made, took / 1_000_000, warm);
            }
        }
    }

    /** Whether the medians fall no more: the lowest is steadier than each on a busy machine. */
    static boolean isSteady(List<Double> medians) {
        int size = medians.size();
        if (size < 2 * SLICES) {
            return false;
        }
        double before = lowest(medians.subList(size - 2 * SLICES, size - SLICES));
        double now = lowest(medians.subList(size - SLICES, size));
        return now >= (1 - AGREEMENT) * before;
    }

    private static double lowest(List<Double> medians) {
        return medians.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }
}
