package dev.unixsocket.bench.results;

import org.HdrHistogram.Histogram;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * What was measured of one peer in one scenario.
 *
 * @param scenario what it shares with those that it can be compared with
 * @param peer the peer's name
 * @param bytesPerExchange bytes that an exchange moves in its main direction
 * @param warmUp how it was warmed up
 * @param rounds what each round gave
 * @param again what it gave when it was measured a second time in each round, for the noise of the
 *     machine; empty unless it is the first of its comparison
 * @param client what an exchange cost the client
 * @param server what an exchange cost the server
 * @param standing what the open connections cost the server; empty where that was not measured
 * @param othersLoad the load of the machine by other processes meanwhile, in cores
 * @param histogram the durations of all exchanges in nanoseconds, compressed, in base 64: the
 *     format of HdrHistogram, which its own tools read
 * @param failure why there is no more; empty if nothing failed
 * @param marks why it should not be relied on; empty if nothing is known against it
 */
public record Cell(
        Scenario scenario,
        String peer,
        long bytesPerExchange,
        WarmUp warmUp,
        List<Round> rounds,
        List<Round> again,
        Side client,
        Side server,
        Optional<Standing> standing,
        double othersLoad,
        String histogram,
        Optional<String> failure,
        List<String> marks) {

    /** The mark of what was measured while a peer differed from itself. */
    public static final String NOISY = "noisy";

    /** The mark of a peer whose warm-up was not over when its time was. */
    public static final String UNSTEADY = "unsteady";

    /**
     * How long a peer ran before it was measured.
     *
     * @param exchanges how many exchanges that were
     * @param millis how long they took
     * @param steady whether the compilers rested and the medians fell no more
     */
    public record WarmUp(long exchanges, long millis, boolean steady) {}

    /**
     * One slice of the interleaved rounds.
     *
     * @param number of the round, from 0
     * @param exchanges how many were counted
     * @param p50Nanos the median duration of one
     * @param meanNanos the mean duration of one
     * @param perSecond how many ended in a second
     * @param processorNanos processor time of both processes for one; negative if unknown
     */
    public record Round(
            int number,
            long exchanges,
            double p50Nanos,
            double meanNanos,
            double perSecond,
            double processorNanos) {}

    /** The benchmark's name. */
    public String benchmark() {
        return scenario.benchmark();
    }

    /** Bytes of one message. */
    public int payloadBytes() {
        return scenario.payloadBytes();
    }

    /** How many connections were open. */
    public int connections() {
        return scenario.connections();
    }

    /** The placement's label. */
    public String placement() {
        return scenario.placement();
    }

    /** The histogram of all exchanges, in nanoseconds. */
    public Histogram decodedHistogram() {
        return decode(histogram);
    }

    /** The histogram that {@link #encode} wrote; an empty one of nothing. */
    static Histogram decode(String text) {
        if (text.isEmpty()) {
            return emptyHistogram();
        }
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("a histogram is damaged", e);
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

    /** Exchanges per second, the median over the rounds; NaN without rounds. */
    public double exchangesPerSecond() {
        double[] rates = rounds.stream().mapToDouble(Round::perSecond).sorted().toArray();
        return rates.length == 0 ? Double.NaN : rates[rates.length / 2];
    }

    /** Bytes per second by the same median; NaN without rounds. */
    public double bytesPerSecond() {
        return bytesPerExchange * exchangesPerSecond();
    }

    /** Messages per second by the same median; NaN without rounds. */
    public double messagesPerSecond() {
        return bytesPerSecond() / payloadBytes();
    }

    /** Processor time of both processes for one exchange, in nanoseconds; negative if unknown. */
    public double processorNanos() {
        return client.isKnown() && server.isKnown()
                ? client.processorNanos() + server.processorNanos()
                : -1;
    }

    /** All exchanges that were counted. */
    public long exchanges() {
        return rounds.stream().mapToLong(Round::exchanges).sum();
    }
}
