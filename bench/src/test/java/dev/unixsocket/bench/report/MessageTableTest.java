package dev.unixsocket.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;
import dev.unixsocket.bench.results.Side;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of the services of messages. */
class MessageTableTest {

    private static final int PAYLOAD = 64;

    private static Cell cell(
            String benchmark, String peer, int messages, long nanos, Optional<String> failure) {
        Histogram histogram = Cell.emptyHistogram();
        histogram.recordValue(nanos);
        return new Cell(
                Scenario.of(benchmark, PAYLOAD, "one-core"),
                peer,
                (long) PAYLOAD * messages,
                new Cell.WarmUp(1000, 500, true),
                failure.isPresent()
                        ? List.of()
                        : List.of(new Cell.Round(0, 1, nanos, nanos, 1e9 / nanos, -1)),
                List.of(),
                Side.UNKNOWN,
                Side.UNKNOWN,
                Optional.empty(),
                0,
                Cell.encode(histogram),
                failure,
                failure.isPresent() ? List.of("failed") : List.of());
    }

    private static Ratio ratio(
            String benchmark, String peer, String base, String metric, double median) {
        return new Ratio(
                Scenario.of(benchmark, PAYLOAD, "one-core"),
                peer,
                base,
                metric,
                median,
                median - 0.01,
                median + 0.01,
                List.of());
    }

    private static List<List<String>> rows(List<Cell> cells, List<Ratio> ratios) {
        Results results =
                new Results(
                        "bench/run",
                        "2026-01-01T00:00:00Z",
                        1,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        cells,
                        List.of(),
                        List.of(),
                        ratios,
                        List.of(),
                        List.of(),
                        List.of());
        return MessageTable.of(results, "one-core").rows();
    }

    @Test
    void aRequestIsShownBesideItsTwinOverTcp() {
        List<List<String>> rows =
                rows(
                        List.of(
                                cell("IpcRequest", "ipc", 1, 20_000, Optional.empty()),
                                cell("IpcRequest", "ipc-tcp", 1, 25_000, Optional.empty())),
                        List.of(
                                ratio("IpcRequest", "ipc", "ipc-tcp", Ratio.LATENCY_MEAN, 0.8),
                                ratio("IpcRequest", "ipc-tcp", "ipc", Ratio.LATENCY_MEAN, 1.25)));
        assertEquals(
                List.of(
                        List.of(
                                "IpcRequest",
                                "ipc",
                                "64 B",
                                "50,000",
                                "40,000",
                                "20.0",
                                "25.0",
                                "20.0",
                                "25.0",
                                "1.250 [1.240, 1.260]",
                                "")),
                rows);
    }

    @Test
    void aBatchHasARateAndNoLatency() {
        List<List<String>> rows =
                rows(
                        List.of(
                                cell("EventThroughput", "events-4", 500, 1_000_000, none()),
                                cell("EventThroughput", "events-4-tcp", 500, 2_000_000, none())),
                        List.of(
                                ratio(
                                        "EventThroughput",
                                        "events-4",
                                        "events-4-tcp",
                                        Ratio.BYTES_PER_SECOND,
                                        2)));
        assertEquals(
                List.of("500,000", "250,000", "–", "–", "–", "–", "2.000 [1.990, 2.010]", ""),
                rows.getFirst().subList(3, 11));
    }

    @Test
    void whatFailedSaysWhy() {
        List<List<String>> rows =
                rows(
                        List.of(
                                cell("IpcRequest", "ipc", 1, 20_000, none()),
                                cell("IpcRequest", "ipc-tcp", 1, 25_000, Optional.of("it fell"))),
                        List.of());
        assertEquals("–", rows.getFirst().get(4));
        assertEquals("failed: it fell", rows.getFirst().getLast());
    }

    private static Optional<String> none() {
        return Optional.empty();
    }
}
