package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The services of messages over AF_UNIX, each beside its twin over TCP. */
final class MessageTable {

    private static final List<String> BENCHMARKS =
            List.of("IpcRequest", "EventLatency", "EventThroughput");

    private static final String TWIN = "-tcp";

    private MessageTable() {}

    static Table of(Results results, String placement) {
        List<List<String>> rows = new ArrayList<>();
        for (String benchmark : BENCHMARKS) {
            for (Scenario scenario : results.scenarios(benchmark, placement)) {
                for (Cell unix : results.cells(scenario)) {
                    results.cell(scenario, unix.peer() + TWIN)
                            .ifPresent(tcp -> rows.add(row(results, unix, tcp)));
                }
            }
        }
        return new Table(
                "Messages over AF_UNIX and over TCP loopback, " + placement,
                List.of(
                        "benchmark",
                        "peer",
                        "payload",
                        "messages/s",
                        "TCP",
                        "p50 µs",
                        "TCP",
                        "p99 µs",
                        "TCP",
                        "messages/s to TCP",
                        "marks"),
                rows);
    }

    private static List<String> row(Results results, Cell unix, Cell tcp) {
        List<String> row = new ArrayList<>();
        row.add(unix.benchmark());
        row.add(unix.peer());
        row.add(Format.size(unix.payloadBytes()));
        row.add(rate(unix));
        row.add(rate(tcp));
        for (double percentile : new double[] {50, 99}) {
            row.add(latency(unix, percentile));
            row.add(latency(tcp, percentile));
        }
        row.add(ratio(results, unix, tcp).map(Format::ratio).orElse("–"));
        row.add(
                Stream.of(unix, tcp)
                        .flatMap(cell -> cell.failure().stream())
                        .findFirst()
                        .map(reason -> "failed: " + reason)
                        .orElse(marks(unix, tcp)));
        return row;
    }

    /** Of messages per second. */
    private static Optional<Ratio> ratio(Results results, Cell unix, Cell tcp) {
        boolean inverse = Ratio.mainMetric(unix.benchmark()).equals(Ratio.LATENCY_P50);
        return results.ratio(
                unix.scenario(),
                inverse ? tcp.peer() : unix.peer(),
                inverse ? unix.peer() : tcp.peer(),
                inverse ? Ratio.LATENCY_MEAN : Ratio.BYTES_PER_SECOND);
    }

    private static String marks(Cell unix, Cell tcp) {
        return Format.marks(
                Stream.of(unix, tcp).flatMap(cell -> cell.marks().stream()).distinct().toList());
    }

    private static String rate(Cell cell) {
        return cell.rounds().isEmpty() ? "–" : Format.number(cell.messagesPerSecond());
    }

    /** A batch's duration is nobody's latency. */
    private static String latency(Cell cell, double percentile) {
        Histogram histogram = cell.decodedHistogram();
        boolean single = cell.bytesPerExchange() == cell.payloadBytes();
        return single && histogram.getTotalCount() > 0
                ? Format.micros(histogram.getValueAtPercentile(percentile))
                : "–";
    }
}
