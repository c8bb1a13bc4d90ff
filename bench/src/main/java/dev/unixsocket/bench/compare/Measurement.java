package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Usage;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Scenario;
import dev.unixsocket.bench.results.Side;
import dev.unixsocket.bench.results.Standing;

import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers what the rounds give of one peer, one task and one placement. */
final class Measurement {

    /** The part of its core that a client of many connections may use. */
    private static final double MOST_LOAD = 0.90;

    private final Peer peer;
    private final Task task;
    private final Placement placement;
    private final Cell.WarmUp warmUp;
    private final Histogram histogram = Cell.emptyHistogram();
    private final List<Cell.Round> rounds = new ArrayList<>();
    private final List<Cell.Round> again = new ArrayList<>();
    private long exchanges;
    private Usage client = Usage.NONE;
    private Usage server = Usage.NONE;
    private Optional<Standing> standing = Optional.empty();
    private double othersLoad;
    private boolean noisy;
    private Optional<String> failure = Optional.empty();

    Measurement(Peer peer, Task task, Placement placement, Cell.WarmUp warmUp) {
        this.peer = peer;
        this.task = task;
        this.placement = placement;
        this.warmUp = warmUp;
    }

    Task task() {
        return task;
    }

    void add(int round, Slice slice) {
        for (long nanos : slice.nanos()) {
            histogram.recordValue(Math.min(nanos, histogram.getHighestTrackableValue()));
        }
        rounds.add(toRound(round, slice));
        exchanges += slice.exchanges();
        client = client.plus(slice.client());
        server = server.plus(slice.server());
    }

    /** What a second slice in the same round gives: it counts for the noise alone. */
    void addAgain(int round, Slice slice) {
        again.add(toRound(round, slice));
    }

    private Cell.Round toRound(int round, Slice slice) {
        return new Cell.Round(
                round,
                slice.nanos().length,
                slice.p50(),
                slice.mean(),
                task.connections() == 1 ? 1e9 / slice.mean() : slice.perSecond(),
                slice.processorNanos());
    }

    List<Cell.Round> rounds() {
        return rounds;
    }

    List<Cell.Round> again() {
        return again;
    }

    /** The first peer of the comparison differed from itself. */
    void markNoisy() {
        noisy = true;
    }

    void fail(String reason) {
        failure = Optional.of(reason);
    }

    boolean hasFailed() {
        return failure.isPresent();
    }

    void standing(Standing cost) {
        standing = Optional.of(cost);
    }

    void othersLoad(double cores) {
        othersLoad = cores;
    }

    private Side side(Program program, Usage usage) {
        if (exchanges == 0) {
            return Side.UNKNOWN;
        }
        double times = exchanges;
        // The kernel divides the time anew each time that it is asked; only the sum never falls.
        long all = Math.max(0, usage.processorNanos());
        long user = Math.clamp(usage.userNanos(), 0, all);
        return new Side(
                program instanceof Program.Java ? Math.max(0, usage.allocatedBytes()) / times : -1,
                user / times,
                (all - user) / times,
                // A thread that ends takes its count with it where they are counted by thread.
                Math.max(0, usage.voluntarySwitches()) / times,
                Math.max(0, usage.involuntarySwitches()) / times);
    }

    /** Whether the client was so busy that the server may have been waiting for it. */
    private boolean isBoundByItsLoad() {
        double perSecond = rounds.stream().mapToDouble(Cell.Round::perSecond).average().orElse(0);
        return task.connections() > 1
                && exchanges > 0
                && client.processorNanos() * perSecond / exchanges > MOST_LOAD * 1e9;
    }

    Cell toCell() {
        List<String> marks = new ArrayList<>();
        failure.ifPresent(reason -> marks.add("failed"));
        if (isBoundByItsLoad()) {
            marks.add("load-bound");
        }
        if (noisy) {
            marks.add(Cell.NOISY);
        }
        if (!warmUp.steady()) {
            marks.add(Cell.UNSTEADY);
        }
        return new Cell(
                new Scenario(
                        task.workload(), task.payload(), task.connections(), placement.label()),
                peer.name(),
                task.bytesPerExchange(),
                warmUp,
                List.copyOf(rounds),
                List.copyOf(again),
                side(peer.client(), client),
                side(peer.server(), server),
                standing,
                othersLoad,
                histogram.getTotalCount() == 0 ? "" : Cell.encode(histogram),
                failure,
                List.copyOf(marks));
    }
}
