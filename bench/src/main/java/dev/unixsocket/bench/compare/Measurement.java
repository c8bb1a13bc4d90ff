package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Cell;

import org.HdrHistogram.Histogram;

import java.io.IOException;
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
    private long clientBytes;
    private long serverBytesBefore;
    private long serverBytes;
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

    void begin(RunningPeer running) throws IOException {
        serverBytesBefore = running.serverAllocatedBytes();
    }

    void add(int round, Slice slice) {
        for (long nanos : slice.nanos()) {
            histogram.recordValue(Math.min(nanos, histogram.getHighestTrackableValue()));
        }
        rounds.add(new Cell.Round(round, slice.nanos().length, slice.p50(), slice.mean()));
        exchanges += slice.exchanges();
        clientBytes += slice.allocatedBytes();
    }

    void end(RunningPeer running) throws IOException {
        serverBytes = running.serverAllocatedBytes() - serverBytesBefore;
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

    private static double perExchange(Program program, long bytes, long exchanges) {
        return program instanceof Program.Java && exchanges > 0 ? (double) bytes / exchanges : -1;
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
                task.workload(),
                peer.name(),
                task.payload(),
                placement.label(),
                task.bytesPerExchange(),
                warmUp,
                List.copyOf(rounds),
                perExchange(peer.client(), clientBytes, exchanges),
                perExchange(peer.server(), serverBytes, exchanges),
                othersLoad,
                histogram.getTotalCount() == 0 ? "" : Cell.encode(histogram),
                failure,
                List.copyOf(marks));
    }
}
