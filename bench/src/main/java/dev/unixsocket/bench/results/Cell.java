package dev.unixsocket.bench.results;

import org.HdrHistogram.Histogram;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * What was measured of one peer with one payload in one placement.
 *
 * @param benchmark the benchmark's name
 * @param peer the peer's name
 * @param payloadBytes bytes of one message
 * @param placement the placement's label
 * @param bytesPerExchange bytes that an exchange moves in its main direction
 * @param warmUp how it was warmed up
 * @param rounds what each round gave
 * @param clientHeapBytes heap bytes that the client allocated per exchange; negative if unknown
 * @param serverHeapBytes heap bytes that the server allocated per exchange; negative if unknown
 * @param othersLoad the load of the machine by other processes meanwhile, in cores
 * @param histogram the durations of all exchanges in nanoseconds, compressed, in base 64: the
 *     format of HdrHistogram, which its own tools read
 * @param failure why there is no more; empty if nothing failed
 * @param marks why it should not be relied on; empty if nothing is known against it
 */
public record Cell(
        String benchmark,
        String peer,
        int payloadBytes,
        String placement,
        long bytesPerExchange,
        WarmUp warmUp,
        List<Round> rounds,
        double clientHeapBytes,
        double serverHeapBytes,
        double othersLoad,
        String histogram,
        Optional<String> failure,
        List<String> marks) {

    /**
     * How long a peer ran before it was measured.
     *
     * @param exchanges how many exchanges that were
     * @param millis how long they took
     * @param steady whether the last two medians before the measurement agreed
     */
    public record WarmUp(long exchanges, long millis, boolean steady) {}

    /**
     * One slice of the interleaved rounds.
     *
     * @param number of the round, from 0
     * @param exchanges how many were counted
     * @param p50Nanos the median duration of one
     * @param meanNanos the mean duration of one
     */
    public record Round(int number, long exchanges, double p50Nanos, double meanNanos) {}

    /** The histogram of all exchanges, in nanoseconds. */
    public Histogram decodedHistogram() {
        if (histogram.isEmpty()) {
            return emptyHistogram();
        }
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 0);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("the histogram of " + peer + " is damaged", e);
        }
    }

    /** A histogram of durations of up to five seconds, exact to three digits. */
    public static Histogram emptyHistogram() {
        return new Histogram(5_000_000_000L, 3);
    }

    /** A histogram in the form of {@link #histogram}. */
    public static String encode(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        buffer.get(0, bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Bytes per second by the median over the rounds of the mean; NaN without rounds. */
    public double bytesPerSecond() {
        double[] means = rounds.stream().mapToDouble(Round::meanNanos).sorted().toArray();
        return means.length == 0 ? Double.NaN : bytesPerExchange * 1e9 / means[means.length / 2];
    }

    /** Messages per second by the same median; NaN without rounds. */
    public double messagesPerSecond() {
        return bytesPerSecond() / payloadBytes;
    }

    /** All exchanges that were counted. */
    public long exchanges() {
        return rounds.stream().mapToLong(Round::exchanges).sum();
    }
}
