package dev.unixsocket.bench.results;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How a program starts, measured as a whole process.
 *
 * @param peer its name
 * @param about what it is
 * @param diskBytes the files that it needs, in bytes
 * @param rounds a start in each
 */
public record Start(String peer, String about, long diskBytes, List<Round> rounds) {

    /** The benchmark's name. */
    public static final String BENCHMARK = "Start";

    /** The daemon of a distribution. */
    public static final String DAEMON = "weave-compute";

    /** The same without its class cache. */
    public static final String WITHOUT_CACHE = "weave-compute, no cache";

    /** The command that does least. */
    public static final String VERSION = "uds --version";

    /** The C reference. */
    public static final String REFERENCE = "c";

    /** From the start until it has answered one request, or has ended. */
    public static final String TIME = "start_time";

    /** Processor time until then. */
    public static final String PROCESSOR_TIME = "start_processor_time";

    /** What is resident after that request. */
    public static final String RESIDENT = "resident_bytes";

    /** The files that it needs. */
    public static final String DISK = "disk_bytes";

    /** The scenario of all starts: nothing is pinned. */
    public static final Scenario SCENARIO = Scenario.of(BENCHMARK, 0, "unpinned");

    /** Memory of a program that has ended. */
    public static final long NOT_RESIDENT = -1;

    /**
     * One start.
     *
     * @param number of the round
     * @param nanos from the start until it has answered a request, or has ended
     * @param processorNanos user and system time until then
     * @param residentBytes after that request; {@link #NOT_RESIDENT} of a program that has ended
     */
    public record Round(int number, double nanos, double processorNanos, double residentBytes) {}

    /** The median over the rounds. */
    public double median(ToDoubleFunction<Round> of) {
        double[] sorted = rounds.stream().mapToDouble(of).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** The slowest start, in nanoseconds. */
    public double slowestNanos() {
        return rounds.stream().mapToDouble(Round::nanos).max().orElse(0);
    }
}
