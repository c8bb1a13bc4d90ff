package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Usage;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Scenario;
import dev.unixsocket.bench.results.Side;

import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers what the rounds give of one peer, one task and one placement. */
final class Measurement {

    private static final double BUSY_CORES = 1.0;

    private final Peer peer;
    private final Task task;
    private final Placement placement;
    private final Cell.WarmUp warmUp;
    private final Histogram histogram = Cell.emptyHistogram();
    private final List<Cell.Round> rounds = new ArrayList<>();
    private long exchanges;
    private Usage client = Usage.NONE;
    private Usage server = Usage.NONE;
    private double othersLoad;
    private Optional<String> failure = Optional.empty();

    Measurement(Peer peer, Task task, Placement placement, Cell.WarmUp warmUp) {
        this.peer = peer;
        this.task = task;
        this.placement = placement;
        this.warmUp = warmUp;
    }

    Peer peer() {
        return peer;
    }

    void add(int round, Slice slice) {
        for (long nanos : slice.nanos()) {
            histogram.recordValue(Math.min(nanos, histogram.getHighestTrackableValue()));
        }
        rounds.add(
                new Cell.Round(
                        round,
                        slice.nanos().length,
                        slice.p50(),
                        slice.mean(),
                        task.connections() == 1 ? 1e9 / slice.mean() : slice.perSecond(),
                        slice.processorNanos()));
        exchanges += slice.exchanges();
        client = client.plus(slice.client());
        server = server.plus(slice.server());
    }

    void fail(String reason) {
        failure = Optional.of(reason);
    }

    boolean hasFailed() {
        return failure.isPresent();
    }

    void othersLoad(double cores) {
        othersLoad = cores;
    }

    private Side side(Program program, Usage usage) {
        if (exchanges == 0) {
            return Side.UNKNOWN;
        }
        double times = exchanges;
        return new Side(
                program instanceof Program.Java ? usage.allocatedBytes() / times : -1,
                usage.userNanos() / times,
                usage.systemNanos() / times,
                usage.voluntarySwitches() / times,
                usage.involuntarySwitches() / times);
    }

    Cell toCell() {
        List<String> marks = new ArrayList<>();
        failure.ifPresent(reason -> marks.add("failed"));
        if (othersLoad > BUSY_CORES) {
            marks.add("busy");
        }
        if (!warmUp.steady()) {
            marks.add("unsteady");
        }
        return new Cell(
                new Scenario(
                        task.workload(), task.payload(), task.connections(), placement.label()),
                peer.name(),
                task.bytesPerExchange(),
                warmUp,
                List.copyOf(rounds),
                side(peer.client(), client),
                side(peer.server(), server),
                othersLoad,
                histogram.getTotalCount() == 0 ? "" : Cell.encode(histogram),
                failure,
                List.copyOf(marks));
    }
}
