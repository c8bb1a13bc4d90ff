package dev.unixsocket.bench.report;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.RatePoint;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Side;

import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What was measured, a line for each peer and scenario: RFC 4180, numbers with a point. */
final class Csv {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

    private static final List<String> HEADERS =
            List.of(
                    "benchmark",
                    "payload_bytes",
                    "connections",
                    "placement",
                    "peer",
                    "rounds",
                    "exchanges",
                    "p50_nanos",
                    "p90_nanos",
                    "p99_nanos",
                    "p99.9_nanos",
                    "max_nanos",
                    "exchanges_per_second",
                    "base",
                    "metric",
                    "ratio",
                    "ratio_low",
                    "ratio_high",
                    "client_user_nanos",
                    "client_system_nanos",
                    "client_voluntary_switches",
                    "client_involuntary_switches",
                    "server_user_nanos",
                    "server_system_nanos",
                    "server_voluntary_switches",
                    "server_involuntary_switches",
                    "marks",
                    "due_per_second");

    private Csv() {}

    static String of(Results results) {
        StringBuilder out = new StringBuilder();
        line(out, HEADERS);
        results.cells().forEach(cell -> line(out, row(results, cell)));
        results.rates().forEach(point -> line(out, row(point)));
        return out.toString();
    }

    private static List<String> row(Results results, Cell cell) {
        List<String> row = new ArrayList<>();
        row.add(cell.benchmark());
        row.add(Integer.toString(cell.payloadBytes()));
        row.add(Integer.toString(cell.connections()));
        row.add(cell.placement());
        row.add(cell.peer());
        row.add(Integer.toString(cell.rounds().size()));
        row.add(Long.toString(cell.exchanges()));
        Histogram histogram = cell.decodedHistogram();
        for (double percentile : PERCENTILES) {
            row.add(
                    histogram.getTotalCount() == 0
                            ? ""
                            : Long.toString(histogram.getValueAtPercentile(percentile)));
        }
        row.add(cell.rounds().isEmpty() ? "" : Double.toString(cell.exchangesPerSecond()));
        String base = Tables.base(results, cell.benchmark());
        String metric = Ratio.mainMetric(cell.benchmark());
        row.add(base);
        row.add(metric);
        Optional<Ratio> ratio = results.ratio(cell.scenario(), cell.peer(), base, metric);
        row.add(ratio.map(Ratio::median).map(Object::toString).orElse(""));
        row.add(ratio.map(Ratio::low).map(Object::toString).orElse(""));
        row.add(ratio.map(Ratio::high).map(Object::toString).orElse(""));
        for (Side side : List.of(cell.client(), cell.server())) {
            for (double cost :
                    new double[] {
                        side.userNanos(),
                        side.systemNanos(),
                        side.voluntarySwitches(),
                        side.involuntarySwitches()
                    }) {
                row.add(cost < 0 ? "" : Double.toString(cost));
            }
        }
        row.add(Tables.marks(cell));
        row.add("");
        return row;
    }

    /** A point of an open loop; its latency is that from when a request was due. */
    private static List<String> row(RatePoint point) {
        List<String> row = new ArrayList<>(Collections.nCopies(HEADERS.size(), ""));
        Histogram latency = point.latency();
        put(row, "benchmark", RateTables.OPEN_LOOP);
        put(row, "payload_bytes", point.payloadBytes());
        put(row, "connections", 1);
        put(row, "placement", point.placement());
        put(row, "peer", point.peer());
        put(row, "exchanges", latency.getTotalCount());
        if (latency.getTotalCount() > 0) {
            put(row, "p50_nanos", latency.getValueAtPercentile(50));
            put(row, "p90_nanos", latency.getValueAtPercentile(90));
            put(row, "p99_nanos", latency.getValueAtPercentile(99));
            put(row, "p99.9_nanos", latency.getValueAtPercentile(99.9));
            put(row, "max_nanos", latency.getMaxValue());
        }
        put(row, "exchanges_per_second", point.answered());
        put(row, "marks", RateTables.marks(List.of(point)));
        put(row, "due_per_second", point.wanted());
        return row;
    }

    private static void put(List<String> row, String header, Object value) {
        row.set(HEADERS.indexOf(header), value.toString());
    }

    private static void line(StringBuilder out, List<String> fields) {
        List<String> quoted = fields.stream().map(Csv::quoted).toList();
        out.append(String.join(",", quoted)).append("\r\n");
    }

    private static String quoted(String field) {
        return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
