package dev.unixsocket.bench.results;

import java.util.List;

/**
 * How a peer compares with another one: the median over the rounds of the ratio within each round,
 * and its 95 % bootstrap interval.
 *
 * @param scenario what both have in common
 * @param peer the numerator
 * @param base the denominator; the peer itself where it was measured twice in each round
 * @param metric {@code latency_p50}, {@code latency_mean}, {@code processor_time}, {@code
 *     latency_p50_to_alone} (below 1: the peer is better), {@code bytes_per_second} or {@code
 *     exchanges_per_second} (above 1: the peer is better)
 * @param median the median of the ratios
 * @param low the interval's lower end
 * @param high the interval's upper end
 * @param marks why it should not be relied on; empty if nothing is known against it
 */
public record Ratio(
        Scenario scenario,
        String peer,
        String base,
        String metric,
        double median,
        double low,
        double high,
        List<String> marks) {

    /** An interval wider than this part of the median is marked, and so is such a noise. */
    public static final double WIDEST = 0.03;

    /** The median duration of an exchange. */
    public static final String LATENCY_P50 = "latency_p50";

    /** The mean duration of an exchange: the number of them in a given time, upside down. */
    public static final String LATENCY_MEAN = "latency_mean";

    /** Bytes per second in the direction of the payload. */
    public static final String BYTES_PER_SECOND = "bytes_per_second";

    /** Exchanges per second over all connections. */
    public static final String EXCHANGES_PER_SECOND = "exchanges_per_second";

    /**
     * The median duration of an exchange among idle connections, to that of the only connection.
     */
    public static final String LATENCY_TO_ALONE = "latency_p50_to_alone";

    /** Processor time of both processes for one exchange. */
    public static final String PROCESSOR_TIME = "processor_time";

    /** Whether less of it is better. */
    public static boolean isBetterBelow(String metric) {
        return !metric.equals(BYTES_PER_SECOND) && !metric.equals(EXCHANGES_PER_SECOND);
    }

    /** The metric by which a benchmark is shown first. */
    public static String mainMetric(String benchmark) {
        if (benchmark.equals("Connections")) {
            return EXCHANGES_PER_SECOND;
        }
        return benchmark.endsWith("Throughput") ? BYTES_PER_SECOND : LATENCY_P50;
    }

    /** Whether the interval is narrow enough to rely on. */
    public static boolean isNarrow(double median, double low, double high) {
        return high - low <= WIDEST * median;
    }

    /** How far the interval reaches from 1, as a part of it: the noise, of a peer to itself. */
    public double reach() {
        return Math.max(Math.abs(1 - low), Math.abs(high - 1));
    }

    /** Whether it is about the same scenario and metric, and that pair. */
    public boolean isAbout(Ratio other) {
        return scenario.equals(other.scenario)
                && peer.equals(other.peer)
                && base.equals(other.base)
                && metric.equals(other.metric);
    }
}
