package dev.unixsocket.uds.metrics;

import dev.unixsocket.services.wire.Version;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * The figures of a service in the text format of Prometheus. Only a service that shows its figures
 * loads this, and the library.
 *
 * <p>Thread-safe.
 */
final class Exposition {

    /** The type of what {@link #text} returns, for HTTP. */
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Figures figures;
    private final Labels labels;

    /**
     * Of one service.
     *
     * @param service its name, which each figure bears
     */
    Exposition(Figures figures, String service) {
        this.figures = figures;
        this.labels = Labels.of("service", service);
    }

    /** All figures as they are now, in UTF-8. */
    byte[] text() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, new MetricSnapshots(snapshots()));
        return text.toByteArray();
    }

    private List<MetricSnapshot> snapshots() {
        ProcessFigures process = ProcessFigures.now();
        long closed = figures.closed.sum(); // first, or there could be fewer than none
        return List.of(
                info(),
                counter("connections", "Connections that were admitted.", figures.opened),
                gauge("connections_open", "Connections now.", figures.opened.sum() - closed),
                refused(),
                failed(),
                durations(),
                counter("received_bytes", "Bytes that came.", figures.received),
                counter("sent_bytes", "Bytes that were sent.", figures.sent),
                gauge(
                        "queued_messages",
                        "Messages that wait for a peer to take them.",
                        figures.queued.sum()),
                counter(
                        "dropped_messages",
                        "Messages that a peer missed since it did not keep up.",
                        figures.dropped),
                gauge(
                        "open_descriptors",
                        "File descriptors of the process.",
                        process.descriptors()),
                gauge("heap_used_bytes", "Java's heap, the part in use.", process.heapUsed()),
                gauge("heap_max_bytes", "Java's heap, its limit.", process.heapMax()),
                gauge("resident_bytes", "Memory of the process.", process.resident()),
                gauge(
                        "start_time_seconds",
                        "When the process began, since 1970.",
                        process.startSeconds()));
    }

    private InfoSnapshot info() {
        return InfoSnapshot.builder()
                .name("unixsocket_build")
                .help("The version that runs.")
                .dataPoint(
                        InfoDataPointSnapshot.builder()
                                .labels(labels.add("version", Version.text()))
                                .build())
                .build();
    }

    private CounterSnapshot counter(String name, String help, LongAdder count) {
        return CounterSnapshot.builder()
                .name("unixsocket_" + name)
                .help(help)
                .dataPoint(point(labels, count))
                .build();
    }

    private static CounterDataPointSnapshot point(Labels labels, LongAdder count) {
        return CounterDataPointSnapshot.builder().labels(labels).value(count.sum()).build();
    }

    private GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name("unixsocket_" + name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build())
                .build();
    }

    private CounterSnapshot refused() {
        CounterSnapshot.Builder builder =
                CounterSnapshot.builder()
                        .name("unixsocket_refused")
                        .help("Connections that were not served, or had to wait, by reason.");
        figures.refused.forEach(
                (why, count) ->
                        builder.dataPoint(
                                point(
                                        labels.add("reason", why.name().toLowerCase(Locale.ROOT)),
                                        count)));
        return builder.build();
    }

    private CounterSnapshot failed() {
        CounterSnapshot.Builder builder =
                CounterSnapshot.builder()
                        .name("unixsocket_errors")
                        .help("Requests that were answered with an error, by its code.");
        figures.failed.forEach(
                (code, count) ->
                        builder.dataPoint(
                                point(labels.add("code", Integer.toString(code)), count)));
        return builder.build();
    }

    private HistogramSnapshot durations() {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < figures.served.length; i++) {
            double bound =
                    i < Figures.BOUNDS_NANOS.length
                            ? Figures.BOUNDS_NANOS[i] / NANOS_PER_SECOND
                            : Double.POSITIVE_INFINITY;
            buckets.bucket(bound, figures.served[i].sum());
        }
        return HistogramSnapshot.builder()
                .name("unixsocket_request_duration_seconds")
                .unit(Unit.SECONDS)
                .help("From the arrival of a request to its answer.")
                .dataPoint(
                        HistogramDataPointSnapshot.builder()
                                .labels(labels)
                                .classicHistogramBuckets(buckets.build())
                                .sum(figures.servedNanos.sum() / NANOS_PER_SECOND)
                                .build())
                .build();
    }
}
