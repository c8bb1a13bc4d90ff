package dev.unixsocket.bench.peer;

/**
 * When the exchanges of an open loop are due: at a rate, whatever becomes of those before. Each
 * gives two samples, from when it was due and from when it was begun. Whoever waits for the next
 * one spins, since sleeping is not exact.
 *
 * <p>Confined to one thread at a time.
 */
final class Pace {

    private final Samples samples;
    private final double gapNanos;
    private final long nanos;
    private final long begin;
    private long number;
    private long due;
    private long begun;

    /**
     * The first exchange is due now.
     *
     * @param samples where they are recorded
     * @param perSecond how many are due in a second
     * @param nanos for how long any is due
     */
    Pace(Samples samples, double perSecond, long nanos) {
        this.samples = samples;
        this.nanos = nanos;
        gapNanos = 1e9 / perSecond;
        begin = samples.begin();
    }

    /** Waits until the next exchange is due; false when none is due any more. */
    boolean next() {
        double after = number * gapNanos;
        if (after >= nanos || samples.isFull()) {
            return false;
        }
        due = begin + (long) after;
        while ((begun = System.nanoTime()) - due < 0) {
            Thread.onSpinWait();
        }
        number++;
        return true;
    }

    /** The exchange that {@link #next} began has ended. */
    void ended() {
        samples.add(due, begun);
    }
}
