package dev.unixsocket.bench.results;

import org.HdrHistogram.Histogram;

import java.util.List;
import java.util.Optional;

/**
 * What was measured of one peer at one rate, as an open loop.
 *
 * @param peer the peer's name
 * @param payloadBytes bytes of one message
 * @param placement the placement's label
 * @param wanted how many exchanges were due in a second
 * @param answered how many ended in a second, the median over the rounds
 * @param kept whether that is as many as were due
 * @param fromDue histogram of how long each took from when it was due, in nanoseconds, in the form
 *     of {@link Cell#histogram}
 * @param fromBegun the same from when it was begun: what a closed loop would have measured
 * @param failure why there is no more; empty if nothing failed
 * @param marks why it should not be relied on; empty if nothing is known against it
 */
public record RatePoint(
        String peer,
        int payloadBytes,
        String placement,
        int wanted,
        double answered,
        boolean kept,
        String fromDue,
        String fromBegun,
        Optional<String> failure,
        List<String> marks) {

    /** How long each exchange took from when it was due, in nanoseconds. */
    public Histogram latency() {
        return Cell.decode(fromDue);
    }

    /** How long each exchange took from when it was begun, in nanoseconds. */
    public Histogram service() {
        return Cell.decode(fromBegun);
    }
}
